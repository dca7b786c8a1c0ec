package server

import (
	"net"

	"example.com/workshop/stage05-etcd/codec"
)

// serveJSON serves JSON-RPC 1.0.
func (s *Server) serveJSON(l net.Listener) error {
	return accept(l, func(conn net.Conn) { newWire(s, conn, conn, codec.NewJSONServer).serve() })
}
