package server

import (
	"io"

	"example.com/workshop/stage04-balancing/codec"
)

// serveJSON serves JSON-RPC 1.0 on one connection.
func (s *Server) serveJSON(conn io.ReadWriteCloser) {
	newWire(s, conn, conn, codec.NewJSONServer).serve()
}
