package registry

import (
	"context"
	"net"
	"net/http"

	"example.com/workshop/stage05-etcd/internal/connlimit"
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
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, keepKey{}, func() { limit.Keep(conn) })
	}
}

// keepKey is the key of a func() in a request's context. The func keeps the request's
// connection open until the request ends, however many others come.
type keepKey struct{}
