package lab

import "sync"

// kept is how many frames a recording holds: ten minutes.
const kept = 10 * 60 * 10

// pending is how many frames may wait for a reader before it loses some.
const pending = 20

// hub sends every frame to all readers, and keeps the last ten minutes.
type hub struct {
	mu      sync.Mutex // guards the fields below
	frames  []Frame
	past    Past
	readers map[chan Frame]bool
	closed  bool
}

func newHub() *hub { return &hub{readers: make(map[chan Frame]bool)} }

// send never waits. A reader that does not keep up misses frames, which it does not need
// for the later ones.
func (h *hub) send(f Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frames = append(h.frames, f)
	h.past.add(f)
	if excess := len(h.frames) - kept; excess > kept/10 {
		h.frames = append([]Frame(nil), h.frames[excess:]...)
	}
	for reader := range h.readers {
		select {
		case reader <- f:
		default:
		}
	}
}

// read returns the frames so far, and a channel of further ones, which ends with the lab
// or when the returned function is called.
func (h *hub) read() (Past, <-chan Frame, func()) {
	reader := make(chan Frame, pending)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(reader)
		return Past{}, reader, func() {}
	}
	h.readers[reader] = true
	return h.past.clone(), reader, func() { h.leave(reader) }
}

func (h *hub) leave(reader chan Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.readers[reader] {
		delete(h.readers, reader)
		close(reader)
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for reader := range h.readers {
		close(reader)
	}
	clear(h.readers)
}

// recording returns the kept frames. They also hold the events of frames that readers
// have missed.
func (h *hub) recording() []Frame {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Frame(nil), h.frames...)
}

// Frames returns the frames that come, until the lab ends or the function is
// called. A reader that does not keep up misses some.
func (l *Lab) Frames() (frames <-chan Frame, leave func()) {
	_, frames, leave = l.hub.read()
	return frames, leave
}
