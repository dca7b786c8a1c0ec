package workshop_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// halfway is a connection on which the last byte of what is sent does not
// arrive.
type halfway struct{ net.Conn }

func (h halfway) Write(p []byte) (int, error) {
	_, err := h.Conn.Write(p[:len(p)-1])
	return len(p), err
}

// TestARequestThatShutdownCutsInHalfIsAnswered is a limit of net/rpc: it takes
// the end of reading for a bad argument, and says so as the method's own error,
// though the method never ran. A caller who believes that does not try
// elsewhere.
func TestARequestThatShutdownCutsInHalfIsAnswered(t *testing.T) {
	const lesson = "a request that Shutdown cut in half was not answered as if its method had refused; it must be before stage 04, " +
		`where "the wire" does not answer it: see server/request_test.go there`
	synctest.Test(t, func(t *testing.T) {
		h := serveOdd(t, "tcp")
		c := rpc.NewClient(halfway{h.dial()})
		defer c.Close()
		call := c.Go("Odd.Echo", []byte("hello"), new([]byte), nil)
		synctest.Wait()
		require.NoError(t, h.server.Shutdown(t.Context()))
		<-call.Done
		require.IsType(t, rpc.ServerError(""), call.Error, lesson)
		require.ErrorContains(t, call.Error, "i/o timeout", lesson)
	})
}

// TestARequestInTheSamePacketAsTheConnectIsSwallowed is a limit of rpc.Server's
// HTTP handler: net/http has read the request together with the CONNECT, and
// the handler does not ask it for what it has read.
func TestARequestInTheSamePacketAsTheConnectIsSwallowed(t *testing.T) {
	const lesson = "a request in the same packet as the CONNECT was served; it must not be before stage 04, " +
		`where "the wire" reads what net/http has read: see server/connect_test.go there`
	synctest.Test(t, func(t *testing.T) {
		conn := serveOdd(t, "http").dial()
		request := "CONNECT " + rpc.DefaultRPCPath + " HTTP/1.0\r\n\r\n" + gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo"}, []byte("x"))
		_, err := io.WriteString(conn, request)
		require.NoError(t, err)
		in := bufio.NewReader(conn)
		_, err = http.ReadResponse(in, &http.Request{Method: http.MethodConnect})
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Hour)))
		_, err = in.ReadByte()
		require.ErrorIs(t, err, os.ErrDeadlineExceeded, lesson)
	})
}
