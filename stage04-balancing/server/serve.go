package server

import (
	"errors"
	"fmt"
	"net"
)

// ErrServerClosed is returned by Serve after Shutdown.
var ErrServerClosed = errors.New("server: closed")

// Serve accepts connections on l, which it closes in the end, until Shutdown
// or an error of l. network says what is spoken on them: "tcp" is gob straight
// on the connection; "http" is the same after an HTTP CONNECT to /_goRPC_, for
// a server behind a proxy; "jsonrpc" is JSON-RPC 1.0, for other languages.
func (s *Server) Serve(l net.Listener, network string) error {
	defer l.Close()
	serve := map[string]func(net.Listener) error{"tcp": s.serveGob, "http": s.serveHTTP, "jsonrpc": s.serveJSON}[network]
	if serve == nil {
		return fmt.Errorf("server: unknown network %q: want tcp, http or jsonrpc", network)
	}
	known := &listener{Listener: l, srv: s}
	if !s.add(known) {
		return ErrServerClosed
	}
	defer s.remove(known)
	if err := serve(known); s.stopping.Err() == nil {
		return fmt.Errorf("server: %w", err)
	}
	return ErrServerClosed
}

// serveGob serves net/rpc's own protocol.
func (s *Server) serveGob(l net.Listener) error {
	return accept(l, func(conn net.Conn) { newGobWire(s, conn, conn).serve() })
}

// accept calls serve in a goroutine for each connection that l accepts, until
// l fails, and returns l's error. serve closes the connection in the end.
func accept(l net.Listener, serve func(net.Conn)) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}
