package server

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"time"

	"example.com/workshop/stage05-etcd/codec"
)

// Serve accepts connections on l, which it closes in the end, and serves them
// in one of three ways. network "tcp" is gob straight on the connection: the
// default. "http" is the same after an HTTP CONNECT to /_goRPC_, for a server
// that shares its port with other handlers or sits behind a proxy that speaks
// HTTP. "jsonrpc" is JSON-RPC 1.0 on the connection, for callers in other
// languages. It returns ErrServerClosed after Shutdown, or why accepting
// ended.
func (s *Server) Serve(l net.Listener, network string) error {
	defer l.Close()
	var serve func(net.Listener) error
	switch network {
	case "tcp":
		serve = func(l net.Listener) error { return s.accept(l, s.gob) }
	case "jsonrpc":
		serve = func(l net.Listener) error { return s.accept(l, codec.NewJSONServer) }
	case "http":
		serve = s.serveHTTP
	default:
		return fmt.Errorf("server: unknown network %q: want tcp, http or jsonrpc", network)
	}
	if !s.track(l) {
		return ErrServerClosed
	}
	defer s.untrack(l)
	if err := serve(l); !s.isStopping() {
		return fmt.Errorf("server: %w", err)
	}
	return ErrServerClosed
}

// gob is codec.NewServer with the server's limit.
func (s *Server) gob(conn io.ReadWriteCloser) rpc.ServerCodec {
	return codec.NewServer(conn, s.opts.MaxMessage)
}

// accept starts a connection for each that l accepts. Running out of file
// descriptors passes, so other errors than a closed listener are waited out.
func (s *Server) accept(l net.Listener, newCodec func(io.ReadWriteCloser) rpc.ServerCodec) error {
	for {
		nc, err := l.Accept()
		switch {
		case err == nil:
			s.start(nc, newCodec)
		case errors.Is(err, net.ErrClosed), s.isStopping():
			return err
		default:
			s.opts.Logger.Warn("accept failed, trying again", "addr", l.Addr(), "err", err)
			select {
			case <-time.After(100 * time.Millisecond):
			case <-s.stopping:
			}
		}
	}
}

func (s *Server) serveHTTP(l net.Listener) error {
	h := &http.Server{
		Handler:        http.HandlerFunc(s.connect),
		ReadTimeout:    5 * time.Second, // until the CONNECT
		MaxHeaderBytes: 8 << 10,
	}
	defer h.Close() // of those that never sent their CONNECT
	return h.Serve(l)
}

// connect answers a CONNECT to /_goRPC_ as rpc.DialHTTP expects and takes the
// connection over.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != rpc.DefaultRPCPath:
		http.NotFound(w, r)
		return
	case r.Method != http.MethodConnect:
		w.Header().Set("Allow", http.MethodConnect)
		http.Error(w, "405 must CONNECT", http.StatusMethodNotAllowed)
		return
	}
	nc, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	nc.SetDeadline(time.Time{})
	if _, err := io.WriteString(nc, "HTTP/1.0 200 Connected to Go RPC\n\n"); err != nil {
		nc.Close()
		return
	}
	s.start(nc, s.gob)
}
