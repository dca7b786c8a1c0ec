package registry

import (
	"net"
	"net/http"

	"example.com/workshop/stage03-heartbeat/internal/connlimit"
)

// boundConns bounds the connections of a server; it is called before the server serves.
// If there is one too many, it closes the one whose latest request began or ended the
// longest ago. An honest peer's request takes milliseconds, and between two requests a
// peer can connect again.
func boundConns(server *http.Server, max int) {
	limit := connlimit.New(max)
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			if out := limit.Add(conn); out != nil {
				out.Close()
			}
		case http.StateClosed:
			limit.Remove(conn)
		default:
			limit.Renew(conn)
		}
	}
}
