package cluster

import (
	"cmp"
	"net"
)

// behindProxy is another address of this machine. A server advertises one host for
// net/rpc and gRPC, with a port of its own for gRPC. Its callers find its proxy there, so
// the server listens on the same port of behindProxy.
const behindProxy = "127.0.0.2"

// chooseGRPC chooses where a server that is about to start speaks gRPC, if it is
// to.
func (c *Cluster) chooseGRPC(s *Server) error {
	if !c.opts.GRPC {
		return nil
	}
	if s.front != nil {
		_, port, err := net.SplitHostPort(s.front.Addr())
		s.grpc = net.JoinHostPort(behindProxy, port)
		return err
	}
	ports, err := c.ports(1)
	if err == nil {
		s.grpc = ports[0]
	}
	return err
}

// behind returns where the server itself listens: behind its proxy, if it has one.
func (s *Server) behind() string { return cmp.Or(s.grpc, s.listens) }

// reached is where callers reach a server, and the registry lists it: its proxy
// if it has one, where it speaks gRPC if it does, or else listens.
func (s *Server) reached(listens string) string {
	if s.front != nil {
		return s.front.Addr()
	}
	return cmp.Or(s.grpc, listens)
}
