rounds = ARGV[0].to_i
total = 0
rounds.times do |round|
  text = String.build do |to|
    1000.times { |i| to << "item " << i * round << "," }
  end
  parts = text.split(",")
  parts.each do |part|
    upper = part.upcase
    total += upper.size if upper.includes?("77")
  end
  total += parts.join(";").size
end
puts total
