require "json"

alias Field = Int32 | String | Float64 | Bool | Array(String)

rows = Array.new(1000) do |i|
  score = i * 0.5
  Hash(String, Field){
    "id" => i, "name" => "user #{i}", "score" => score.to_i == score ? score.to_i : score,
    "tags" => ["a", "b\n", "é"], "ok" => i % 2 == 0,
  }
end
sum = size = 0
ARGV[0].to_i.times do
  text = rows.to_json
  size += text.bytesize
  JSON.parse(text).as_a.each do |row|
    sum += row["id"].as_i + row["tags"].as_a.size
  end
end
puts "#{size} #{sum}"
