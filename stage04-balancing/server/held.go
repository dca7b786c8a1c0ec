package server

import "errors"

// smallRequest is how many bytes of a request are read whatever others hold.
const smallRequest = 64 << 10

// errHeld ends a connection whose request is one large one too many.
var errHeld = errors.New("too many large requests")

// isOverHeld counts the request that is being read, unless it is small or the connection
// has had a larger one: the codec may keep the room of the largest as long as the
// connection lasts. It reports whether all connections together hold more than
// Options.MaxHeld now.
func (w *wire) isOverHeld() bool {
	size := w.srv.opts.MaxMessage - w.left
	if size <= max(w.most, smallRequest) {
		return false
	}
	more := size - w.most
	w.most = size
	return w.srv.held.Add(more) > w.srv.opts.MaxHeld
}

// fewTypes is how many bytes of type definitions a peer may send whatever others do, and
// typeSize is how many bytes gob may keep for each.
const (
	fewTypes = 2 << 10
	typeSize = 35
)

// Defined counts what gob keeps for so many bytes of type definitions, unless they are
// few, as large requests are counted, and reports whether that is too much.
func (w *wire) Defined(bytes uint64) bool {
	if bytes <= fewTypes {
		return false
	}
	more := typeSize*int64(bytes) - w.defined
	w.defined += more
	return w.srv.held.Add(more) > w.srv.opts.MaxHeld
}

// smallBuffers is how many bytes of replies a connection buffers whatever others do.
const smallBuffers = 192 << 10

// Buffered counts the bytes of the replies that the connection buffers, unless they are
// few, and reports whether all connections together buffer more than Options.MaxHeld. The
// codec, whose lock is held, then lets fewer replies wait on each.
func (w *wire) Buffered(bytes int) bool {
	if bytes <= smallBuffers {
		bytes = 0
	}
	if more := int64(bytes) - w.buffered; more != 0 {
		w.buffered += more
		w.srv.buffered.Add(more)
	}
	return w.srv.buffered.Load() > w.srv.opts.MaxHeld
}

// fewWorkers is how many workers a connection has whatever others have.
const fewWorkers = 8

// mayAddWorker reports whether one more call may be in progress.
func (w *wire) mayAddWorker() bool {
	all, opts := w.all.Load(), w.srv.opts
	return all < int64(opts.MaxCalls) && (all < fewWorkers || w.srv.workers.Load() < int64(opts.MaxAllCalls))
}

// mayKeepIdle reports whether a worker may wait for the next burst. While calls on all
// connections are many, each connection keeps few workers.
func (w *wire) mayKeepIdle() bool {
	idle := w.idle.Load()
	return idle < fewWorkers || idle < keptIdle && w.srv.workers.Load() < int64(w.srv.opts.MaxAllCalls/2)
}
