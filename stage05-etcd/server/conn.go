package server

import (
	"io"
	"net"
	"net/rpc"
	"sync"
	"sync/atomic"
	"time"

	"example.com/workshop/stage05-etcd/codec"
)

// past is a deadline that ends reads at once.
var past = time.Unix(1, 0)

// conn is one connection: a net.Conn with bounds, and the workers that serve
// its requests.
type conn struct {
	net.Conn
	srv   *Server
	codec rpc.ServerCodec

	left    int64 // bytes that the request being read may still take
	readErr error // of the latest Read; both belong to the worker that reads

	renew time.Time // the write deadline, after this; belongs to the writer

	workers sync.WaitGroup
	turn    chan struct{} // to read: passed from worker to worker, closed at the end
	all     atomic.Int64  // workers
	idle    atomic.Int64  // workers that wait for the turn

	writing sync.Mutex // serialises replies
}

func newConn(s *Server, nc net.Conn, newCodec func(io.ReadWriteCloser) rpc.ServerCodec) *conn {
	c := &conn{Conn: nc, srv: s, turn: make(chan struct{}, 1)}
	c.codec = newCodec(c)
	return c
}

// serve returns when the peer has hung up, or reading was stopped, and every
// request that was read has been answered.
func (c *conn) serve() {
	c.turn <- struct{}{}
	c.addWorker()
	c.workers.Wait()
	if out, ok := c.codec.(interface{ Flush() error }); ok {
		out.Flush()
	}
	c.linger()
	c.codec.Close()
}

// stopReading lets the requests that were read end and reads no more.
func (c *conn) stopReading() { c.SetReadDeadline(past) }

// linger waits, for a second at most, until the peer has closed its side too.
// Closing a socket that still holds unread requests resets it, and a reset
// can overtake the last replies.
func (c *conn) linger() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && half.CloseWrite() == nil {
		c.SetReadDeadline(time.Now().Add(time.Second))
		io.Copy(io.Discard, c.Conn)
	}
}

// Read refuses what exceeds the request's share of bytes.
func (c *conn) Read(p []byte) (n int, err error) {
	if c.left > 0 {
		n, err = c.Conn.Read(p[:min(int64(len(p)), c.left)])
		c.left -= int64(n)
	} else {
		err = codec.ErrTooLarge
	}
	c.readErr = err
	return n, err
}

// Write gives up on a peer that does not read.
func (c *conn) Write(p []byte) (int, error) {
	if now := time.Now(); now.After(c.renew) {
		c.renew = now.Add(c.srv.opts.WriteTimeout / 2) // a deadline is dear: one serves many replies
		c.SetWriteDeadline(now.Add(c.srv.opts.WriteTimeout))
	}
	n, err := c.Conn.Write(p)
	if err != nil {
		c.Conn.Close()
	}
	return n, err
}
