package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	first, flipped, counts := make([]int, n), make([]int, n), make([]int, n)
	for i := range first {
		first[i] = i
	}
	most, sum, even, r := 0, 0, true, n
	for {
		for ; r != 1; r-- {
			counts[r-1] = r
		}
		for i := 0; i < n; i++ {
			flipped[i] = first[i]
		}
		flips := 0
		for k := flipped[0]; k != 0; k = flipped[0] {
			for low, high := 0, k; low < high; low, high = low+1, high-1 {
				flipped[low], flipped[high] = flipped[high], flipped[low]
			}
			flips++
		}
		if flips > most {
			most = flips
		}
		if even {
			sum += flips
		} else {
			sum -= flips
		}
		for {
			if r == n {
				fmt.Println(sum, most)
				return
			}
			moved := first[0]
			for i := 0; i < r; i++ {
				first[i] = first[i+1]
			}
			first[r] = moved
			counts[r]--
			if counts[r] > 0 {
				break
			}
			r++
		}
		even = !even
	}
}
