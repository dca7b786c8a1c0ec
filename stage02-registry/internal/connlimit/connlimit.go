// Package connlimit bounds how many connections a server has, and says which one makes
// room for a new one. The one rule: the server closes that connection, so that no lock is
// held here during a close.
package connlimit

import (
	"container/list"
	"net"
	"sync"
)

// Limit is the set of a server's connections. Its methods do nothing for a connection
// that has made room or was removed.
type Limit struct {
	max int

	mu      sync.Mutex                 // guards the fields below
	open    map[net.Conn]*list.Element // every connection, and its place in waiting
	waiting list.List                  // those that may have to make room, the next one first
}

// New returns a Limit of max connections.
func New(max int) *Limit { return &Limit{max: max, open: make(map[net.Conn]*list.Element)} }

// Add adds a connection. If that is one too many, Add removes and returns the one that
// has to make room: of those that are not kept, the one that was added or renewed the
// longest ago. If all others are kept, that is conn itself.
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

// Renew gives a connection, kept or not, the same place as one that is added now.
func (l *Limit) Renew(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if place, ok := l.open[conn]; ok {
		l.waiting.Remove(place)
		l.open[conn] = l.waiting.PushBack(conn)
	}
}

// Keep exempts a connection from making room.
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
