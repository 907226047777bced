// The comparison's Go peer: net/http as one would write it, with the default mux and encoding/json.
// Usage: server PORT FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

type status struct {
	Status      string `json:"status"`
	Uptime      int64  `json:"uptime"`
	Requests    int64  `json:"requests"`
	Connections int64  `json:"connections"`
}

type user struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

const usersPrefix = "/api/users/"

var (
	started     = time.Now()
	requests    atomic.Int64
	connections atomic.Int64
)

func writeJSON(w http.ResponseWriter, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(body)
}

func root(w http.ResponseWriter, r *http.Request) {
	requests.Add(1)
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, "Hello, World!\n")
}

func showStatus(w http.ResponseWriter, r *http.Request) {
	count := requests.Add(1)
	writeJSON(w, status{"running", int64(time.Since(started).Seconds()), count, connections.Load()})
}

func showUser(w http.ResponseWriter, r *http.Request) {
	requests.Add(1)
	id := strings.TrimPrefix(r.URL.Path, usersPrefix)
	if id == "" || strings.Contains(id, "/") {
		http.NotFound(w, r)
		return
	}
	writeJSON(w, user{id, "User " + id})
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(body)
}

func countConnections(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		connections.Add(1)
	case http.StateClosed, http.StateHijacked:
		connections.Add(-1)
	}
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: server PORT FOLDER")
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", root)
	mux.HandleFunc("/api/status", showStatus)
	mux.HandleFunc(usersPrefix, showUser)
	mux.HandleFunc("/echo", echo)
	mux.Handle("/static/", http.StripPrefix("/static/", http.FileServer(http.Dir(os.Args[2]))))
	server := http.Server{
		Addr:              "127.0.0.1:" + os.Args[1],
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       300 * time.Second,
		ConnState:         countConnections,
	}
	log.Fatal(server.ListenAndServe())
}
