package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
)

func main() {
	n, _ := strconv.Atoi(os.Args[2])
	switch os.Args[1] {
	case "spawn":
		sum := 0
		for i := 0; i < n; i++ {
			result := make(chan int, 1)
			go func(i int) { result <- i }(i)
			sum += <-result
		}
		fmt.Println(sum)
	case "pingpong":
		there, back := make(chan int), make(chan int)
		go func() {
			for i := 0; i < n; i++ {
				back <- <-there
			}
		}()
		for i := 0; i < n; i++ {
			there <- i
			<-back
		}
		fmt.Println(n)
	case "alive":
		gate, done := make(chan int), make(chan int)
		for i := 0; i < n; i++ {
			go func() { done <- <-gate }()
		}
		runtime.Gosched()
		close(gate)
		for i := 0; i < n; i++ {
			<-done
		}
		fmt.Println(n)
	}
}
