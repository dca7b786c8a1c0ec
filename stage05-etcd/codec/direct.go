package codec

const (
	// aloneFor is how many messages in a row had no company when the next one is written
	// by whoever appends it: for a caller who is alone, run gathers nothing and costs time.
	aloneFor = 50
	// largeQueue is how many bytes are written by whoever appends the last of them too: a
	// system call costs little beside them, and what is gathered beyond the processor's
	// cache is slow to send. Beyond largestQueue moving what is left would cost more.
	largeQueue   = 32 << 10
	largestQueue = 1 << 20
)

// wake has what is queued sent. It does so itself if a write can be tried that does not
// wait, and the latest messages had no company or the queue is large; what that does not
// take, and everything else, is for run. A message has no company if just one was read since
// the one before, and nothing with it: the answer to that one, or the question to this one.
// The caller holds mu.
func (w *writer) wake() {
	w.alone++
	if w.read.Swap(0) != 1 || w.sending > 0 || len(w.queue) > smallBuffer {
		w.alone = 0
	}
	large := w.sending == 0 && len(w.queue) >= largeQueue && len(w.queue) <= largestQueue
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
