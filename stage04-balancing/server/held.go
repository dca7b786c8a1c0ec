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
