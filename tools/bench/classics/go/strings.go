package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	total := 0
	for round := 0; round < rounds; round++ {
		var text strings.Builder
		for i := 0; i < 1000; i++ {
			text.WriteString("item ")
			text.WriteString(strconv.Itoa(i * round))
			text.WriteString(",")
		}
		parts := strings.Split(text.String(), ",")
		for _, part := range parts {
			upper := strings.ToUpper(part)
			if strings.Contains(upper, "77") {
				total += utf8.RuneCountInString(upper)
			}
		}
		total += utf8.RuneCountInString(strings.Join(parts, ";"))
	}
	fmt.Println(total)
}
