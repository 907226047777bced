package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	bytes := 0
	count, _ := strconv.Atoi(os.Args[2])
	for i := 0; i < count; i++ {
		content, err := os.ReadFile(os.Args[1])
		if err != nil {
			panic(err)
		}
		bytes += len(content)
	}
	fmt.Println(bytes)
}
