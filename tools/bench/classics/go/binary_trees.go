package main

import (
	"fmt"
	"os"
	"strconv"
)

type Tree struct{ left, right *Tree }

func (t *Tree) check() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.check() + t.right.check()
}

func tree(depth int) *Tree {
	if depth == 0 {
		return &Tree{}
	}
	return &Tree{tree(depth - 1), tree(depth - 1)}
}

func main() {
	most, _ := strconv.Atoi(os.Args[1])
	fmt.Println(tree(most + 1).check())
	kept := tree(most)
	for depth := 4; depth <= most; depth += 2 {
		rounds, sum := 1<<(most-depth+4), 0
		for i := 0; i < rounds; i++ {
			sum += tree(depth).check()
		}
		fmt.Println(rounds, depth, sum)
	}
	fmt.Println(kept.check())
}
