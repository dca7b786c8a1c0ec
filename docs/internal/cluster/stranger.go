package cluster

import (
	"context"
	"fmt"
	"net"
	"net/rpc"
	"sync/atomic"
)

// Stranger is another program on a dead server's port. It speaks net/rpc and offers
// no service, so it answers every call with an error.
type Stranger struct{ met atomic.Int64 }

// Met returns on how many connections something was sent.
func (s *Stranger) Met() int64 { return s.met.Load() }

// Usurp starts a stranger on the port of a server that was killed, so that the server's
// callers reach the stranger. It ends with ctx.
func (s *Server) Usurp(ctx context.Context) error {
	if s.State != Dead || !ends(s.process) {
		return fmt.Errorf("server %s still has its port", s.Name)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", s.behind())
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { l.Close() })
	s.Stranger = new(Stranger)
	go s.Stranger.serve(ctx, l)
	return nil
}

// serve answers whoever connects to l, until that is closed.
func (s *Stranger) serve(ctx context.Context, l net.Listener) {
	server := rpc.NewServer()
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		hangUp := context.AfterFunc(ctx, func() { conn.Close() })
		go func() {
			defer hangUp()
			server.ServeConn(&metConn{Conn: conn, met: &s.met})
		}()
	}
}

// metConn counts when the first bytes come.
type metConn struct {
	net.Conn
	met     *atomic.Int64
	counted bool // belongs to the reader
}

func (c *metConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.counted {
		c.counted = true
		c.met.Add(1)
	}
	return n, err
}
