n = ARGV[1].to_i
case ARGV[0]
when "spawn"
  sum = 0_i64
  n.times do |i|
    result = Channel(Int32).new(1)
    spawn { result.send(i) }
    sum += result.receive
  end
  puts sum
when "pingpong"
  there, back = Channel(Int32).new, Channel(Int32).new
  spawn { n.times { back.send(there.receive) } }
  n.times { |i| there.send(i); back.receive }
  puts n
when "alive"
  gate, done = Channel(Int32).new, Channel(Nil).new
  n.times { spawn { gate.receive?; done.send(nil) } }
  Fiber.yield
  gate.close
  n.times { done.receive }
  puts n
end
