package server

import (
	"bytes"
	"io"
	"net/http"
)

// connect answers a CONNECT as rpc.DialHTTP expects, and serves the connection
// until it ends. Unlike rpc.Server's own handler it also reads the requests
// that came together with the CONNECT.
func (s *Server) connect(w http.ResponseWriter, _ *http.Request) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var in io.Reader = conn
	if early, _ := buf.Reader.Peek(buf.Reader.Buffered()); len(early) > 0 {
		in = io.MultiReader(bytes.NewReader(early), conn)
	}
	wire := newWire(s, conn, in, s.newGob)
	io.WriteString(wire, "HTTP/1.0 200 Connected to Go RPC\n\n") // if that fails, reading fails too
	wire.serve()
}
