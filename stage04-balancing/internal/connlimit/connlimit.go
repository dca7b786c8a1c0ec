// Package connlimit bounds how many connections a server has, and says which one makes
// room for a newcomer. The one rule: the server hangs up, for no lock is held here while a
// connection is closed.
package connlimit

import (
	"container/list"
	"net"
	"sync"
)

// Limit is the connections of a server. Its methods do nothing for a connection that has
// made room or is removed.
type Limit struct {
	max int

	mu      sync.Mutex                 // guards the fields below
	open    map[net.Conn]*list.Element // every connection, and its place in waiting
	waiting list.List                  // those that may have to make room, the next one first
}

// New returns a Limit of max connections.
func New(max int) *Limit { return &Limit{max: max, open: make(map[net.Conn]*list.Element)} }

// Add adds a connection. If that is one too many it returns, and removes, the one that
// has to make room: the one that was added or renewed the longest ago and is not kept. If
// all others are kept, that is conn itself.
func (l *Limit) Add(conn net.Conn) (out net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[conn] = l.waiting.PushBack(conn)
	if len(l.open) > l.max {
		out = l.waiting.Remove(l.waiting.Front()).(net.Conn)
		delete(l.open, out)
	}
	return out
}

// Renew has a connection, kept or not, make room as late as one that is added now.
func (l *Limit) Renew(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if place, ok := l.open[conn]; ok {
		l.waiting.Remove(place)
		l.open[conn] = l.waiting.PushBack(conn)
	}
}

// Keep has a connection make room for nobody.
func (l *Limit) Keep(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if place, ok := l.open[conn]; ok {
		l.waiting.Remove(place)
	}
}

// Remove removes a connection, which has been closed.
func (l *Limit) Remove(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if place, ok := l.open[conn]; ok {
		l.waiting.Remove(place)
		delete(l.open, conn)
	}
}
