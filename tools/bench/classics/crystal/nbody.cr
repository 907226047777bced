SOLAR_MASS = 39.47841760435743
DAYS       = 365.24

class Body
  property x : Float64, y : Float64, z : Float64
  property vx : Float64, vy : Float64, vz : Float64
  property mass : Float64

  def initialize(@x, @y, @z, vx, vy, vz, mass)
    @vx = vx * DAYS
    @vy = vy * DAYS
    @vz = vz * DAYS
    @mass = mass * SOLAR_MASS
  end
end

def energy(all)
  sum = 0.0
  all.each_with_index do |b, i|
    sum += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    (i + 1).upto(all.size - 1) do |j|
      c = all[j]
      dx, dy, dz = b.x - c.x, b.y - c.y, b.z - c.z
      sum -= b.mass * c.mass / Math.sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  sum
end

def advance(all, dt)
  all.each_with_index do |b, i|
    (i + 1).upto(all.size - 1) do |j|
      c = all[j]
      dx, dy, dz = b.x - c.x, b.y - c.y, b.z - c.z
      square = dx * dx + dy * dy + dz * dz
      magnitude = dt / (square * Math.sqrt(square))
      there = c.mass * magnitude
      b.vx -= dx * there
      b.vy -= dy * there
      b.vz -= dz * there
      here = b.mass * magnitude
      c.vx += dx * here
      c.vy += dy * here
      c.vz += dz * here
    end
  end
  all.each do |b|
    b.x += dt * b.vx
    b.y += dt * b.vy
    b.z += dt * b.vz
  end
end

all = [
  Body.new(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
  Body.new(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
    0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
  Body.new(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
    -0.00276742510726411041, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
  Body.new(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
    0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
  Body.new(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
    0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
]
px = py = pz = 0.0
all.each do |b|
  px += b.vx * b.mass
  py += b.vy * b.mass
  pz += b.vz * b.mass
end
sun = all[0]
sun.vx, sun.vy, sun.vz = -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS
puts (energy(all) * 1e9).round.to_i64
ARGV[0].to_i.times { advance(all, 0.01) }
puts (energy(all) * 1e9).round.to_i64
