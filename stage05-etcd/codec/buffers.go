package codec

import "time"

const (
	smallBuffer = 64 << 10        // bytes of the largest buffer that is kept for good
	largeBuffer = 8 << 20         // bytes of the largest buffer that is kept for the next burst
	keepLarge   = 5 * time.Second // how long, or up to twice as long, an unneeded large buffer is kept
)

// take empties the queue and returns what was in it. What is appended from now on goes
// to the spare buffer. The caller holds mu.
func (w *writer) take() []byte {
	out := w.queue
	w.queue, w.spare = w.spare[:0], nil
	return out
}

// keep makes sent, which take returned, the spare buffer. If a buffer were released after
// each burst, it would have to grow again in the next one. With messages of 16 KiB that
// costs more than sending them. The caller holds mu.
func (w *writer) keep(sent []byte) {
	if len(sent) > smallBuffer {
		w.needed = true
		if w.release == nil {
			w.release = time.AfterFunc(keepLarge, w.releaseLarge)
		}
	}
	if cap(sent) <= smallBuffer || cap(sent) <= largeBuffer && w.release != nil {
		w.spare = sent
	}
}

// releaseLarge releases the large buffers if none has been needed for keepLarge.
func (w *writer) releaseLarge() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.needed && w.err == nil {
		w.needed = false
		w.release.Reset(keepLarge)
		return
	}
	w.release, w.spare = nil, nil
	if len(w.queue) == 0 {
		w.queue = nil
	}
	w.countBuffers()
}
