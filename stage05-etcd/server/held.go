package server

import "errors"

// smallRequest is how many bytes of a request are read, however much others hold.
const smallRequest = 64 << 10

// errHeld ends a connection with a large request for which Options.MaxHeld has no room.
var errHeld = errors.New("too many large requests")

// isOverHeld counts the request that is being read, and reports whether all connections
// together hold more than Options.MaxHeld now. It ignores a request that is small, or no
// larger than an earlier one of the connection: the codec may keep the memory of the
// largest until the connection ends.
func (w *wire) isOverHeld() bool {
	size := w.srv.opts.MaxMessage - w.left
	if size <= max(w.most, smallRequest) {
		return false
	}
	more := size - w.most
	w.most = size
	return w.srv.held.Add(more) > w.srv.opts.MaxHeld
}

// fewTypes is how many bytes of type definitions a peer may send, however much other
// peers do. typeSize is how many bytes gob and the codec keep for each of them, at most.
const (
	fewTypes = 2 << 10
	typeSize = 50
)

// Defined counts what gob keeps for so many bytes of type definitions, unless they are
// few, as isOverHeld counts large requests. It reports whether that is too much.
func (w *wire) Defined(bytes uint64) bool {
	if bytes <= fewTypes {
		return false
	}
	more := typeSize*int64(bytes) - w.defined
	w.defined += more
	return w.srv.held.Add(more) > w.srv.opts.MaxHeld
}

// smallBuffers is how many bytes of replies a connection buffers, however much others do.
const smallBuffers = 192 << 10

// Buffered counts the bytes of the replies that the connection buffers, unless they are
// few. It reports whether all connections together buffer more than Options.MaxHeld. Then
// the codec, whose lock is held, lets fewer replies wait on each.
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

// fewWorkers is how many workers a connection may have, however many others have.
const fewWorkers = 8

// mayAddWorker reports whether one more call may be in progress on the connection.
func (w *wire) mayAddWorker() bool {
	all, opts := w.all.Load(), w.srv.opts
	return all < int64(opts.MaxCalls) && (all < fewWorkers || w.srv.workers.Load() < int64(opts.MaxAllCalls))
}

// mayKeepIdle reports whether a worker may wait for the next burst. While there are many
// calls on all connections together, each connection keeps few workers.
func (w *wire) mayKeepIdle() bool {
	idle := w.idle.Load()
	return idle < fewWorkers || idle < keptIdle && w.srv.workers.Load() < int64(w.srv.opts.MaxAllCalls/2)
}
