package server

import (
	"net"
	"net/rpc/jsonrpc"
)

// serveJSON serves JSON-RPC 1.0.
func (s *Server) serveJSON(l net.Listener) error {
	return accept(l, func(conn net.Conn) { s.rpc.ServeCodec(jsonrpc.NewServerCodec(conn)) })
}
