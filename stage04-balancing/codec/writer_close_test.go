package codec_test

import (
	"io"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/codec"
)

// slowWrite is a connection of which a write returns a second after it has ended.
type slowWrite struct {
	net.Conn
	returned bool
}

func (c *slowWrite) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	time.Sleep(time.Second)
	c.returned = true
	return n, err
}

func TestCloseWaitsForTheGoroutineThatWrites(t *testing.T) {
	for name, write := range map[string]func(c io.ReadWriteCloser) io.Closer{
		"a client": func(conn io.ReadWriteCloser) io.Closer {
			c := codec.NewClient(conn, 1<<20)
			require.NoError(t, c.WriteRequest(new(rpc.Request), Point{}))
			return c
		},
		"a JSON client": func(conn io.ReadWriteCloser) io.Closer {
			c := codec.NewJSONClient(conn, 1<<20)
			require.NoError(t, c.WriteRequest(new(rpc.Request), Point{}))
			return c
		},
		"a server": func(conn io.ReadWriteCloser) io.Closer {
			c := codec.NewServer(conn, 1<<20)
			require.NoError(t, c.WriteResponse(new(rpc.Response), Point{}))
			return c
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe() // of which nobody reads
				defer far.Close()
				conn := &slowWrite{Conn: near}
				c := write(conn)
				synctest.Wait() // it is being written
				require.NoError(t, c.Close())
				require.True(t, conn.returned)
				c.Close() // a second time
			})
		})
	}
}
