package server_test

import (
	"errors"
	"net"
	"net/rpc"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

// Page is a reply that is large.
type Page struct {
	Lines []string
	Next  *Page
}

// Make returns a reply of so many bytes.
func (Odd) Make(size int, reply *Page) error {
	reply.Next = &Page{Lines: []string{string(make([]byte, size))}}
	return nil
}

// Fail returns an error of so many bytes.
func (Odd) Fail(size int, _ *Page) error { return errors.New(string(make([]byte, size))) }

// watched is a connection that tells which write deadlines it is given.
type watched struct {
	net.Conn
	given chan time.Duration
}

func (w watched) SetWriteDeadline(t time.Time) error {
	w.given <- time.Until(t).Round(time.Minute)
	return w.Conn.SetWriteDeadline(t)
}

// TestAPeerForWhomMuchWaitsMustReadSoon runs in real time: who waits for a mutex stops
// that of a bubble. It waits for deadlines to be set, and for none to pass.
func TestAPeerForWhomMuchWaitsMustReadSoon(t *testing.T) {
	for _, method := range []string{"Odd.Make", "Odd.Fail"} {
		t.Run(method, func(t *testing.T) { testReadsSoon(t, method) })
	}
}

func testReadsSoon(t *testing.T, method string) {
	h := newHost(t, server.Options{MaxUnread: 8 << 20, WriteTimeout: 10 * time.Hour})
	q := queue{h.listen(t), make(chan net.Conn, 1)}
	defer close(q.conns)
	h.serve(t, q, "tcp")
	near, far := net.Pipe()
	w := watched{far, make(chan time.Duration, 10_000)}
	q.conns <- w

	read := held{near, make(chan struct{})}
	client := rpc.NewClient(read)
	defer client.Close()
	done := make(chan *rpc.Call, 20)
	for range 20 { // of 1 MiB each; 4 MiB are in the queue
		client.Go(method, 1<<20, new(Page), done)
	}
	for soon := false; !soon; {
		select {
		case given := <-w.given:
			soon = given == time.Hour
			require.True(t, soon || given == 10*time.Hour, "%v", given)
		case <-time.After(time.Minute):
			require.Fail(t, "more than 8 MiB wait for a peer that has all the time to read them", seeN5)
		}
	}

	close(read.open)
	for range 20 {
		<-done
	}
	for len(w.given) > 0 {
		<-w.given
	}
	require.NoError(t, client.Call("Odd.Make", 1<<20, new(Page)))
	for len(w.given) > 0 {
		require.Equal(t, 10*time.Hour, <-w.given, "nothing waits any more")
	}
}

// held is a connection from which nothing is read until it is open.
type held struct {
	net.Conn
	open chan struct{}
}

func (h held) Read(p []byte) (int, error) {
	<-h.open
	return h.Conn.Read(p)
}
