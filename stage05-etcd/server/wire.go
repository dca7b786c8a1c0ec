package server

import (
	"io"
	"net/rpc"
	"sync"
	"sync/atomic"
	"time"

	"example.com/workshop/stage05-etcd/codec"
)

// wire serves one connection in place of rpc.ServeConn, and bounds what its peer may use.
// Its codec reads from it and writes to it.
type wire struct {
	srv   *Server
	conn  *peer
	in    timed // reads conn
	codec rpc.ServerCodec

	left    int64 // bytes that the request being read may still take
	most    int64 // bytes of the largest request; 0 if all were small
	defined int64 // bytes held for type definitions; 0 if they are few
	readErr error // the error of the latest Read; these belong to the worker that reads

	renew   time.Time    // when the write deadline is due to be set again; belongs to the writer
	opened  time.Time    // when the connection was accepted
	replied atomic.Int64 // how long after that a reply was sent, in nanoseconds

	workers sync.WaitGroup
	turn    chan struct{} // the turn to read: passed from worker to worker, closed at the end
	all     atomic.Int64  // the number of workers
	idle    atomic.Int64  // the number of workers that wait for the turn

	writing  sync.Mutex   // serialises replies
	buffered int64        // bytes of the replies that the codec buffers; 0 if they are few; belongs to the codec
	unread   atomic.Int64 // bytes of the replies that wait for writing
	hurried  atomic.Bool  // whether the write deadline is an early one
}

// serveGob serves net/rpc's own protocol on one connection.
func (s *Server) serveGob(conn io.ReadWriteCloser) { newWire(s, conn, conn, s.newGob).serve() }

// newGob is codec.NewServer with the server's limit.
func (s *Server) newGob(conn io.ReadWriteCloser) rpc.ServerCodec {
	return codec.NewServer(conn, s.opts.MaxMessage)
}

// newWire returns the wire of a connection that bounded has accepted. in reads from that
// connection.
func newWire(s *Server, accepted io.Closer, in io.Reader, newCodec func(io.ReadWriteCloser) rpc.ServerCodec) *wire {
	w := &wire{srv: s, conn: accepted.(*peer), opened: time.Now(), turn: make(chan struct{}, 1)}
	w.in = timed{wire: w, in: in}
	w.conn.SetReadDeadline(w.opened.Add(s.opts.IdleTimeout))
	w.codec = newCodec(w)
	return w
}

// serve serves the connection until the peer has hung up or reading was stopped, and
// every request that was read has been answered. It closes the connection.
func (w *wire) serve() {
	w.turn <- struct{}{}
	w.addWorker()
	w.workers.Wait()
	w.flush()
	w.conn.Close() // lingers first
	w.codec.Close()
	w.srv.held.Add(-w.most - w.defined)
}

// flush waits until every reply has been written, or cannot be.
func (w *wire) flush() {
	if out, ok := w.codec.(interface{ Flush() error }); ok {
		out.Flush()
	}
}

// Read fails if the request exceeds its share of bytes or all connections hold too much.
func (w *wire) Read(p []byte) (n int, err error) {
	if w.left > 0 {
		n, err = w.in.Read(p[:min(int64(len(p)), w.left)])
		w.left -= int64(n)
		if w.isOverHeld() {
			n, err = 0, errHeld // otherwise a whole request would be served
		}
	} else {
		err = codec.ErrTooLarge
	}
	w.readErr = err
	return n, err
}

// Write closes the connection after an error, such as a peer that does not read in time.
func (w *wire) Write(p []byte) (int, error) {
	now := time.Now()
	w.replied.Store(int64(now.Sub(w.opened)))
	w.renewDeadline(now)
	n, err := w.conn.Write(p)
	if err != nil {
		w.Close()
	}
	return n, err
}

// Close cuts the connection off at once. The codec calls it when half a
// message is on the wire. Shutdown still waits for serve.
func (w *wire) Close() error { return w.conn.Conn.Close() }
