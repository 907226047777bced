n = ARGV[0].to_i
first = Array.new(n) { |i| i }
flipped = Array.new(n, 0)
counts = Array.new(n, 0)
most = sum = 0
even = true
r = n
while true
  while r != 1
    counts[r - 1] = r
    r -= 1
  end
  n.times { |i| flipped[i] = first[i] }
  flips = 0
  while (k = flipped[0]) != 0
    low = 0
    high = k
    while low < high
      flipped[low], flipped[high] = flipped[high], flipped[low]
      low += 1
      high -= 1
    end
    flips += 1
  end
  most = flips if flips > most
  sum += even ? flips : -flips
  while true
    if r == n
      puts "#{sum} #{most}"
      exit
    end
    moved = first[0]
    r.times { |i| first[i] = first[i + 1] }
    first[r] = moved
    counts[r] -= 1
    break if counts[r] > 0
    r += 1
  end
  even = !even
end
