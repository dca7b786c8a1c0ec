package registry

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// conns bounds how many connections a server has. Where one is too many it closes the one
// whose latest request began or ended the longest ago: an honest peer's request takes
// milliseconds, and between two requests a peer can connect again.
type conns struct {
	max int

	mu    sync.Mutex                 // guards the fields below
	open  map[net.Conn]*list.Element // every connection's place in byAge
	byAge list.List                  // the connections, that whose state is the oldest first
}

// boundConns bounds the connections of a server that does not serve yet.
func boundConns(server *http.Server, max int) {
	c := &conns{max: max, open: make(map[net.Conn]*list.Element)}
	server.ConnState = c.track
}

// track notes that a connection has another state, and makes room for a new one.
func (c *conns) track(conn net.Conn, state http.ConnState) {
	if oldest := c.update(conn, state); oldest != nil {
		oldest.Close()
	}
}

// update is track, and returns the connection to close, if one has to make room.
func (c *conns) update(conn net.Conn, state http.ConnState) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	if place := c.open[conn]; place != nil {
		c.byAge.Remove(place)
		delete(c.open, conn)
	}
	if state != http.StateClosed {
		c.open[conn] = c.byAge.PushBack(conn)
	}
	if state == http.StateNew && len(c.open) > c.max {
		return c.byAge.Remove(c.byAge.Front()).(net.Conn)
	}
	return nil
}
