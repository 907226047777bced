class Tree
  def initialize(@left : Tree?, @right : Tree?)
  end

  def check : Int32
    left = @left
    right = @right
    return 1 if left.nil? || right.nil?
    1 + left.check + right.check
  end
end

def tree(depth)
  return Tree.new(nil, nil) if depth == 0
  Tree.new(tree(depth - 1), tree(depth - 1))
end

most = ARGV[0].to_i
puts tree(most + 1).check
kept = tree(most)
4.step(to: most, by: 2) do |depth|
  rounds = 1 << (most - depth + 4)
  sum = 0
  rounds.times { sum += tree(depth).check }
  puts "#{rounds} #{depth} #{sum}"
end
puts kept.check
