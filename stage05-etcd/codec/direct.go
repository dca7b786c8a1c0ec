package codec

// aloneFor is how many messages in a row had no company when the next one is written by
// whoever appends it: for a caller who is alone, run gathers nothing and costs time.
const aloneFor = 50

// wake has what is queued sent. It does so itself if the latest messages had no company and
// a write can be tried that does not wait; what that does not take, and everything else, is
// for run. A message has no company if just one was read since the one before, and nothing
// with it: the answer to that one, or the question to this one. The caller holds mu.
func (w *writer) wake() {
	w.alone++
	if w.read.Swap(0) != 1 || w.sending > 0 || len(w.queue) > smallBuffer {
		w.alone = 0
	}
	if conn, ok := w.conn.(interface{ TryWrite(p []byte) int }); ok && w.alone > aloneFor {
		n := conn.TryWrite(w.queue)
		w.queue = append(w.queue[:0], w.queue[n:]...)
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
