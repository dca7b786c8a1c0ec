//go:build ignore

// Break: The error of Accept is ignored, so a nil connection is served.
// Invariant: I5
// Seen: The process dies with a nil pointer when its listener is closed, and takes the calls in
// progress along.
// From: conn, _ := listener.Accept() in tutorials; others log the error and accept again, and spin
// on a closed listener
// File: server/serve.go
// Package tests: ./server

package server

func accept(l net.Listener, serve func(io.ReadWriteCloser)) error {
	for {
		conn, _ := l.Accept()
		go serve(conn)
	}
}
