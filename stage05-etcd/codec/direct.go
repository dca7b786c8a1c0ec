package codec

const (
	// aloneFor is how many messages in a row had no company when the next one is written
	// by whoever appends it: for a caller who is alone, run gathers nothing and costs time.
	aloneFor = 50
	// largeMessage is how many bytes a message has that is written by whoever appends it
	// too: a system call for each costs little then, and what is gathered no longer fits
	// the processor's cache when it is sent.
	largeMessage = 32 << 10
)

// wake has what is queued sent, queued bytes of it from before the latest message. It does
// so itself if a write can be tried that does not wait, and the latest messages had no
// company or this one is large and the only one; what that does not take, and everything
// else, is for run. A message has no company if just one was read since the one before, and
// nothing with it: the answer to that one, or the question to this one. The caller holds mu.
func (w *writer) wake(queued int) {
	w.alone++
	if w.read.Swap(0) != 1 || w.sending > 0 || len(w.queue) > smallBuffer {
		w.alone = 0
	}
	large := queued == 0 && w.sending == 0 && len(w.queue) >= largeMessage
	if conn, ok := w.conn.(interface{ TryWrite(p []byte) int }); ok && (large || w.alone > aloneFor) {
		if n := conn.TryWrite(w.queue); n < len(w.queue) {
			w.queue = append(w.queue[:0], w.queue[n:]...)
		} else {
			w.keep(w.take())
		}
		w.changed.Broadcast()
	}
	if len(w.queue) > 0 {
		w.queued.Signal()
	}
}

// readBody reads a body, and counts its message, and the next if that has come with it.
func (s *stream) readBody(body any) error {
	err := s.dec.Decode(body)
	s.out.read.Add(1 + int64(min(1, s.in.buf.Buffered())))
	return err
}
