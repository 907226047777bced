rounds = ARGV[0].to_i
words = Hash(String, Int32).new(0)
numbers = Hash(Int64, Int32).new(0)
state = 42_i64
rounds.times do
  state = (state * 1103515245 + 12345) % 2147483648
  words["w#{(state >> 8) % 5000}"] += 1
  numbers[(state >> 4) % 100000] += 1
end
most = words.values.max
twice = numbers.count { |_, count| count > 1 }
puts "#{words.size} #{most} #{numbers.size} #{twice}"
