package codec

const (
	// aloneFor is how many messages in a row have no company before the goroutine that
	// appends one writes it too. For a single caller, run gathers nothing and costs time.
	aloneFor = 50
	// largeQueue is the size from which the goroutine that appends to the queue writes it
	// too. A system call costs little beside so many bytes, and what exceeds the
	// processor's cache is slow to send. Beyond largestQueue, moving the rest costs more.
	largeQueue   = 32 << 10
	largestQueue = 1 << 20
)

// wake has the queue sent. It writes the queue itself if the connection can try a write
// without waiting, and either the latest messages had no company or the queue is large.
// run sends the rest, and the queue in all other cases. A message has no company if
// exactly one was read since the one before, and nothing with it: the reply to that one,
// or the request for this one. The caller holds mu.
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
