package server

import (
	"io"
	"net/rpc/jsonrpc"
)

// serveJSON serves JSON-RPC 1.0 on one connection.
func (s *Server) serveJSON(conn io.ReadWriteCloser) {
	s.rpc.ServeCodec(jsonrpc.NewServerCodec(conn))
}
