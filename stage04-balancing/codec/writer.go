package codec

import (
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// ErrBacklog is returned for a request while the peer reads so little that more than
// maxRequests bytes wait to be sent.
var ErrBacklog = errors.New("too much is waiting to be sent")

const (
	maxRequests = 16 << 20 // bytes that may wait to be sent: 256 callers with 64 KiB each are no backlog
	maxReplies  = 4 << 20  // bytes that may wait to be sent before the next reply has to wait
	fewReplies  = 16 << 10 // the same, while all connections together hold too much
	maxWrite    = 64 << 10 // bytes of one write, so that the write deadline passes only without progress
)

// writer gathers the messages that are appended to it, and sends them with one write, on a
// goroutine of its own. One write per message is what limits net/rpc. No caller that
// appends a message waits for the peer.
type writer struct {
	conn  io.WriteCloser
	read  atomic.Int64  // messages that were read since one was appended
	ended chan struct{} // closed when run has returned

	mu      sync.Mutex // guards the fields below
	queued  sync.Cond  // signalled when run has something to send, or is to end
	changed sync.Cond  // signalled when something was sent, or cannot be
	queue   []byte     // what has been appended and is not being sent yet
	sending int        // bytes of the buffer that run is writing to the connection; 0 if it is not
	alone   int        // messages in a row that had no company
	err     error      // why nothing can be sent any more, or nil

	spare   []byte      // the buffer for new messages once queue is being sent
	needed  bool        // whether a large buffer has been needed since release was set
	release *time.Timer // calls releaseLarge; nil while no large buffer is kept
}

func newWriter(conn io.WriteCloser) *writer {
	w := &writer{conn: conn, ended: make(chan struct{})}
	w.queued.L, w.changed.L = &w.mu, &w.mu
	go w.run()
	return w
}

// Write appends p to the queue. After close, or an error of the connection, it returns
// io.ErrClosedPipe. The caller holds mu, and wakes run afterwards.
func (w *writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, io.ErrClosedPipe
	}
	w.queue = append(w.queue, p...)
	return len(p), nil
}

// run sends the queue until close, or until the connection fails. Then it closes the
// connection.
func (w *writer) run() {
	defer close(w.ended)
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		for len(w.queue) == 0 && w.err == nil {
			w.queued.Wait()
		}
		if w.err != nil {
			return
		}
		w.mu.Unlock()
		runtime.Gosched() // lets the other callers of a burst append their messages
		w.mu.Lock()
		out := w.take()
		w.sending = cap(out)
		w.mu.Unlock()
		err := w.send(out)
		w.mu.Lock()
		w.sending = 0
		w.keep(out)
		if err != nil && w.err == nil {
			w.err = err
			w.conn.Close()
		}
		w.countBuffers()
		w.changed.Broadcast()
	}
}

// send writes out in pieces of at most maxWrite bytes.
func (w *writer) send(out []byte) error {
	for len(out) > 0 {
		n, err := w.conn.Write(out[:min(len(out), maxWrite)])
		if err != nil {
			return err
		}
		out = out[n:]
	}
	return nil
}

// isFull reports whether more than max bytes are queued. The caller holds mu.
func (w *writer) isFull(max int) bool { return len(w.queue) > max }

// waitForRoom waits until at most maxReplies bytes are queued, or nothing can be sent any
// more. While the buffers of all connections together are too large, the bound is
// fewReplies. The caller holds mu, which is released meanwhile.
func (w *writer) waitForRoom() {
	for crowded := w.countBuffers(); w.err == nil && (w.isFull(maxReplies) || crowded && w.isFull(fewReplies)); {
		w.changed.Wait()
	}
}

// countBuffers tells the connection the bytes of its buffers, if the connection counts
// them, and 0 once nothing can be sent. It reports whether the buffers of all connections
// together are too large. The caller holds mu.
func (w *writer) countBuffers() (crowded bool) {
	bytes := cap(w.queue) + cap(w.spare) + w.sending
	if w.err != nil {
		bytes = 0
	}
	conn, ok := w.conn.(interface{ Buffered(bytes int) bool })
	return ok && conn.Buffered(bytes)
}

// flush waits until everything that was appended has been written. If it cannot be, flush
// returns why.
func (w *writer) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for (len(w.queue) > 0 || w.sending > 0) && w.err == nil {
		w.changed.Wait()
	}
	return w.err
}

// close closes the connection and waits until run has returned. What is queued is lost.
func (w *writer) close() error {
	w.mu.Lock()
	if w.err == nil {
		w.err = io.ErrClosedPipe
	}
	w.countBuffers()
	w.queued.Signal()
	w.changed.Broadcast()
	w.mu.Unlock()
	err := w.conn.Close() // ends a write that waits for the peer
	<-w.ended
	return err
}
