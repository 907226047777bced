def element(i, j)
  1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)
end

def times(v, result, transposed)
  v.size.times do |i|
    sum = 0.0
    v.size.times do |j|
      sum += (transposed ? element(j, i) : element(i, j)) * v[j]
    end
    result[i] = sum
  end
end

count = ARGV[0].to_i
u = Array.new(count, 1.0)
v = Array.new(count, 0.0)
w = Array.new(count, 0.0)
10.times do
  times(u, w, false)
  times(w, v, true)
  times(v, w, false)
  times(w, u, true)
end
uv = vv = 0.0
count.times do |i|
  uv += u[i] * v[i]
  vv += v[i] * v[i]
end
puts (Math.sqrt(uv / vv) * 1e9).round.to_i64
