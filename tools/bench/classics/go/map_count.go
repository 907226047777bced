package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	words, numbers := map[string]int{}, map[int]int{}
	state := 42
	for i := 0; i < rounds; i++ {
		state = (state*1103515245 + 12345) % 2147483648
		words["w"+strconv.Itoa((state>>8)%5000)]++
		numbers[(state>>4)%100000]++
	}
	most, twice := 0, 0
	for _, count := range words {
		if count > most {
			most = count
		}
	}
	for _, count := range numbers {
		if count > 1 {
			twice++
		}
	}
	fmt.Println(len(words), most, len(numbers), twice)
}
