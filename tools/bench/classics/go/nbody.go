package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
)

const solarMass, days = 39.47841760435743, 365.24

type Body struct{ x, y, z, vx, vy, vz, mass float64 }

func body(x, y, z, vx, vy, vz, mass float64) *Body {
	return &Body{x, y, z, vx * days, vy * days, vz * days, mass * solarMass}
}

func energy(all []*Body) float64 {
	sum := 0.0
	for i, b := range all {
		sum += 0.5 * b.mass * (b.vx*b.vx + b.vy*b.vy + b.vz*b.vz)
		for _, c := range all[i+1:] {
			dx, dy, dz := b.x-c.x, b.y-c.y, b.z-c.z
			sum -= b.mass * c.mass / math.Sqrt(dx*dx+dy*dy+dz*dz)
		}
	}
	return sum
}

func advance(all []*Body, dt float64) {
	for i, b := range all {
		for _, c := range all[i+1:] {
			dx, dy, dz := b.x-c.x, b.y-c.y, b.z-c.z
			square := dx*dx + dy*dy + dz*dz
			magnitude := dt / (square * math.Sqrt(square))
			there, here := c.mass*magnitude, b.mass*magnitude
			b.vx -= dx * there
			b.vy -= dy * there
			b.vz -= dz * there
			c.vx += dx * here
			c.vy += dy * here
			c.vz += dz * here
		}
	}
	for _, b := range all {
		b.x += dt * b.vx
		b.y += dt * b.vy
		b.z += dt * b.vz
	}
}

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	all := []*Body{
		body(0, 0, 0, 0, 0, 0, 1),
		body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
			0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
		body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
			-0.00276742510726411041, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
		body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
			0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
		body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
			0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
	}
	var px, py, pz float64
	for _, b := range all {
		px += b.vx * b.mass
		py += b.vy * b.mass
		pz += b.vz * b.mass
	}
	all[0].vx, all[0].vy, all[0].vz = -px/solarMass, -py/solarMass, -pz/solarMass
	fmt.Println(int64(math.Round(energy(all) * 1e9)))
	for i := 0; i < rounds; i++ {
		advance(all, 0.01)
	}
	fmt.Println(int64(math.Round(energy(all) * 1e9)))
}
