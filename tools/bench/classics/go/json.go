package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	rows := []any{}
	for i := 0; i < 1000; i++ {
		rows = append(rows, map[string]any{"id": i, "name": "user " + strconv.Itoa(i), "score": float64(i) * 0.5,
			"tags": []any{"a", "b\n", "é"}, "ok": i%2 == 0})
	}
	sum, size := 0, 0
	for round := 0; round < rounds; round++ {
		var text bytes.Buffer
		if err := json.NewEncoder(&text).Encode(rows); err != nil {
			panic(err)
		}
		size += text.Len() - 1
		var read []any
		if err := json.Unmarshal(text.Bytes(), &read); err != nil {
			panic(err)
		}
		for _, row := range read {
			fields := row.(map[string]any)
			sum += int(fields["id"].(float64)) + len(fields["tags"].([]any))
		}
	}
	fmt.Println(size, sum)
}
