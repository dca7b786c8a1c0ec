package codec

import (
	"errors"
	"io"
	"runtime"
	"sync"
)

// ErrBacklog is returned for a request while the peer reads so little that
// maxBacklog bytes wait to be sent.
var ErrBacklog = errors.New("too much is waiting to be sent")

const (
	maxBacklog = 4 << 20
	maxWrite   = 64 << 10 // so that a write deadline means no progress
	keptBuffer = 64 << 10 // a larger one served an unusual message
)

// writer sends what is appended to it in one write for all that has gathered,
// by a goroutine of its own: net/rpc's write per message is what limits it,
// and nobody who appends waits for the peer.
type writer struct {
	conn io.WriteCloser

	mu      sync.Mutex // guards the fields below
	changed sync.Cond  // of them
	pending []byte     // to be sent
	writing bool       // what was pending before
	err     error      // that ended it
}

func newWriter(conn io.WriteCloser) *writer {
	w := &writer{conn: conn}
	w.changed.L = &w.mu
	go w.run()
	return w
}

// Write appends p. The caller holds the lock.
func (w *writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, io.ErrClosedPipe
	}
	w.pending = append(w.pending, p...)
	return len(p), nil
}

// run writes until close, or until the connection fails.
func (w *writer) run() {
	var out []byte
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		for len(w.pending) == 0 && w.err == nil {
			w.changed.Wait()
		}
		if w.err != nil {
			return
		}
		w.mu.Unlock()
		runtime.Gosched() // the others of a burst are about to append theirs
		w.mu.Lock()
		w.pending, out = out[:0], w.pending
		w.writing = true
		w.mu.Unlock()
		err := w.send(out)
		if cap(out) > keptBuffer {
			out = nil
		}
		w.mu.Lock()
		w.writing = false
		if err != nil && w.err == nil {
			w.err = err
			w.conn.Close()
		}
		w.changed.Broadcast()
	}
}

// send writes out piece by piece.
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

// room waits until less than maxBacklog is pending. The caller holds the lock.
func (w *writer) room() {
	for len(w.pending) > maxBacklog && w.err == nil {
		w.changed.Wait()
	}
}

// flush waits until everything has been written, or cannot be.
func (w *writer) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for (len(w.pending) > 0 || w.writing) && w.err == nil {
		w.changed.Wait()
	}
	return w.err
}

// close ends run. What is pending is lost.
func (w *writer) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = io.ErrClosedPipe
	}
	w.changed.Broadcast()
}
