package server_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/rpc"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

// Page is a reply that is large.
type Page struct {
	Lines []string
	Next  *Page
	More  []Page
}

// Make returns a reply of so many bytes.
func (Odd) Make(size int, reply *Page) error {
	reply.Next = &Page{Lines: []string{string(make([]byte, size))}}
	return nil
}

// MakeInList returns a reply of so many bytes in a list.
func (Odd) MakeInList(size int, reply *Page) error {
	reply.More = []Page{{Lines: []string{string(make([]byte, size))}}}
	return nil
}

// Loop returns a page of so many bytes that follows itself.
func (Odd) Loop(size int, reply *Page) error {
	reply.Lines, reply.Next = []string{string(make([]byte, size))}, reply
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
	for _, method := range []string{"Odd.Make", "Odd.MakeInList", "Odd.Fail"} {
		t.Run(method, func(t *testing.T) { testReadsSoon(t, method) })
	}
}

func testReadsSoon(t *testing.T, method string) {
	near, deadlines := watch(t, "tcp", 8<<20)
	read := held{near, make(chan struct{})}
	client := rpc.NewClient(read)
	defer client.Close()
	done := make(chan *rpc.Call, 20)
	for range 20 { // of 1 MiB each; 4 MiB are in the queue
		client.Go(method, 1<<20, new(Page), done)
	}
	for soon := false; !soon; {
		select {
		case given := <-deadlines:
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
	for len(deadlines) > 0 {
		<-deadlines
	}
	require.NoError(t, client.Call("Odd.Make", 1<<20, new(Page)))
	for len(deadlines) > 0 {
		require.Equal(t, 10*time.Hour, <-deadlines, "nothing waits any more")
	}
}

// watch returns a connection to a server, and which write deadlines the server gives it.
func watch(t *testing.T, network string, maxUnread int64) (net.Conn, chan time.Duration) {
	h := newHost(t, server.Options{MaxUnread: maxUnread, WriteTimeout: 10 * time.Hour})
	q := queue{h.listen(t), make(chan net.Conn, 1)}
	h.serve(t, q, network)
	t.Cleanup(func() { close(q.conns) })
	near, far := net.Pipe()
	t.Cleanup(func() { near.Close() })
	w := watched{far, make(chan time.Duration, 10_000)}
	q.conns <- w
	return near, w.given
}

// TestAReplyThatHoldsItselfMayWait: to follow it without end would end the process.
func TestAReplyThatHoldsItselfMayWait(t *testing.T) {
	conn, given := watch(t, "jsonrpc", 100)
	replies := bufio.NewReaderSize(conn, 16)
	io.WriteString(conn, `{"method":"Odd.Make","params":[10],"id":1}`)
	replies.Peek(1) // the first reply is being written
	io.WriteString(conn, `{"method":"Odd.Loop","params":[1000],"id":2}`)
	for <-given != time.Hour { // until the second waits
	}
	replies.ReadString('\n')
	second, err := replies.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, second, "encountered a cycle")
}

func TestAPeerForWhomLittleWaitsHasAllTheTime(t *testing.T) {
	conn, given := watch(t, "jsonrpc", 0) // the default
	replies := bufio.NewReaderSize(conn, 16)
	io.WriteString(conn, `{"method":"Odd.Make","params":[10],"id":1}`)
	replies.Peek(1)
	io.WriteString(conn, `{"method":"Odd.Make","params":[10],"id":2}`)
	for stacks := make([]byte, 1<<20); !bytes.Contains(stacks, []byte("[sync.Mutex.Lock")); runtime.Stack(stacks, true) {
	}
	replies.ReadString('\n')
	replies.ReadString('\n')
	for len(given) > 0 {
		require.Equal(t, 10*time.Hour, <-given)
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
