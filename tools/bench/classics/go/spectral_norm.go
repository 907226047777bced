package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
)

func element(i, j int) float64 { return 1.0 / float64((i+j)*(i+j+1)/2+i+1) }

func times(v, result []float64, transposed bool) {
	for i := range v {
		sum := 0.0
		for j := range v {
			if transposed {
				sum += element(j, i) * v[j]
			} else {
				sum += element(i, j) * v[j]
			}
		}
		result[i] = sum
	}
}

func main() {
	count, _ := strconv.Atoi(os.Args[1])
	u, v, w := make([]float64, count), make([]float64, count), make([]float64, count)
	for i := range u {
		u[i] = 1
	}
	for i := 0; i < 10; i++ {
		times(u, w, false)
		times(w, v, true)
		times(v, w, false)
		times(w, u, true)
	}
	uv, vv := 0.0, 0.0
	for i := range u {
		uv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	fmt.Println(int64(math.Round(math.Sqrt(uv/vv) * 1e9)))
}
