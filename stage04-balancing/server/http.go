package server

import (
	"cmp"
	"net"
	"net/http"
	"net/rpc"
	"time"
)

// serveHTTP serves net/rpc's own protocol on connections that begin with an HTTP CONNECT
// to /_goRPC_. It hangs up on a peer that sends no CONNECT within five seconds, and on
// one that asks for something else and does not read the answer.
func (s *Server) serveHTTP(l net.Listener) error {
	mux := http.NewServeMux()
	mux.Handle(http.MethodConnect+" "+rpc.DefaultRPCPath, http.HandlerFunc(s.connect))
	h := &http.Server{Handler: mux, ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, MaxHeaderBytes: 8 << 10}
	return h.Serve(l)
}

// SetReadDeadline works as in net.Conn until the server is stopping. From then on the
// deadline stays in the past. Otherwise net/http would clear it after reading a header,
// and when it hands a connection over to net/rpc.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	if c.srv.stopping.Err() != nil {
		t = past
	}
	return c.Conn.SetReadDeadline(t)
}

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *conn) SetDeadline(t time.Time) error {
	return cmp.Or(c.SetWriteDeadline(t), c.SetReadDeadline(t))
}
