package grpcarith_test

import (
	"io"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
)

func TestServerThatDoesNotSpeakGRPCIsOneClearLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		l, err := w.net.Listen(a)
		require.NoError(t, err)
		defer l.Close()
		go func() {
			for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
				go io.Copy(io.Discard, conn) // until the client hangs up
				io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
			}
		}()
		err = w.to(a).Call(t.Context(), "Arith.Sum", arith.Args{}, new(int))
		require.ErrorContains(t, err, "Arith.Sum on "+a+": it does not speak gRPC: ")
		require.NotContains(t, err.Error(), "\n")
	})
}
