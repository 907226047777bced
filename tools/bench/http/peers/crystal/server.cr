# The comparison's Crystal peer: the standard library's server.
# Usage: server PORT
require "http/server"
require "json"

started = Time.monotonic
requests = 0

server = HTTP::Server.new do |context|
  requests += 1
  response = context.response
  path = context.request.path
  case
  when path == "/"
    response.content_type = "text/plain; charset=utf-8"
    response.print "Hello, World!\n"
  when path == "/api/status"
    response.content_type = "application/json"
    uptime = (Time.monotonic - started).total_seconds.to_i
    # As a String: written into the response it would leave in pieces, which costs 40 ms each.
    response.print({status: "running", uptime: uptime, requests: requests, connections: 0}.to_json)
  when path.starts_with?("/api/users/")
    id = path[11..]
    response.content_type = "application/json"
    response.print({id: id, name: "User #{id}"}.to_json)
  else
    response.respond_with_status(:not_found)
  end
end

server.bind_tcp "127.0.0.1", ARGV[0].to_i
server.listen
