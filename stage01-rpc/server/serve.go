package server

import (
	"errors"
	"fmt"
	"io"
	"net"
)

// ErrServerClosed is returned by Serve after Shutdown.
var ErrServerClosed = errors.New("server: closed")

// Serve accepts connections on l until Shutdown is called or l fails, and then closes l.
// network names the protocol: "tcp" is gob straight on the connection; "http" is the same
// after an HTTP CONNECT to /_goRPC_, for a server behind a proxy; "jsonrpc" is JSON-RPC
// 1.0, for other languages.
func (s *Server) Serve(l net.Listener, network string) (err error) {
	defer l.Close()
	known := &listener{l, s}
	if !s.add(known, func() { l.Close() }) {
		return ErrServerClosed
	}
	defer s.remove(known)
	switch network {
	case "tcp":
		err = accept(known, s.rpc.ServeConn)
	case "http":
		err = s.serveHTTP(known)
	case "jsonrpc":
		err = accept(known, s.serveJSON)
	default:
		return fmt.Errorf("server: unknown network %q: want tcp, http or jsonrpc", network)
	}
	if s.stopping.Err() != nil {
		return ErrServerClosed
	}
	return fmt.Errorf("server: %w", err)
}

// accept calls serve in a new goroutine for each connection that l accepts. When l fails,
// accept returns l's error. serve closes the connection itself.
func accept(l net.Listener, serve func(io.ReadWriteCloser)) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}
