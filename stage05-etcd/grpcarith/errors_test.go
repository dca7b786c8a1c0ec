package grpcarith_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
	"example.com/workshop/stage05-etcd/load"
)

func TestLoadSortsTheErrors(t *testing.T) {
	for kind, c := range map[string]struct {
		prepare func(w *world)
		want    string
		is      error
	}{
		"unreachable": {func(w *world) { w.list(a, 1) }, "Arith.Multiply on registry:///Arith: dial mem " + a + ": connection refused", nil},
		"other":       {func(*world) {}, "Arith.Multiply on registry:///Arith: no instances", client.ErrNoInstances},
		"timeout": {func(w *world) {
			w.list(a, 1)
			w.serve(a, &arith.Arith{Delay: time.Minute})
		}, "Arith.Multiply on " + a + ": context deadline exceeded", context.DeadlineExceeded},
		"refused": {func(w *world) {
			w.list(a, 1)
			w.serve(a, nil)
		}, "Arith.Multiply on " + a + ": /workshop.arith.v1.Arith/Multiply panicked", nil},
		"broken": {func(w *world) {
			w.list(a, 1)
			w.serve(a, &arith.Arith{Delay: 30 * time.Second})
			w.cut = time.Second
		}, "Arith.Multiply on " + a + ": unexpected EOF: ", nil},
	} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				c.prepare(w)
				to := w.client()
				call := func(ctx context.Context) load.Result {
					call := <-to.Go(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)).Done
					require.ErrorContains(t, call.Err, c.want)
					require.NotContains(t, call.Err.Error(), "\n")
					if c.is != nil {
						require.ErrorIs(t, call.Err, c.is)
					}
					return load.Result{Server: call.Addr, Retries: call.Retries, Err: call.Err}
				}
				load.Run(t.Context(), load.Options{Rate: 1, For: time.Second}, call, func(r load.Report) {
					require.Equal(t, 1, r.Errors[kind], "%v", r)
				})
				time.Sleep(time.Minute) // until the methods have ended
			})
		})
	}
}

// A caller whose context goes on does not take the server's cancelling for its own: a
// server cancels a request that does not become whole, and a proxy one that it drops.
func TestAServersCodeWithoutAWordIsNoRiddle(t *testing.T) {
	for code, want := range map[codes.Code]string{
		codes.Canceled:          "unexpected EOF: the server has cancelled the call",
		codes.ResourceExhausted: "ResourceExhausted",
	} {
		t.Run(code.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.serveOther(a, func(srv *grpc.Server) { arithpb.RegisterArithServer(srv, refuser{code: code}) })
				err := w.to(a).Call(deadline(t, time.Second), "Arith.Sum", arith.Args{}, new(int))
				require.EqualError(t, err, "Arith.Sum on "+a+": "+want)
				require.NotErrorIs(t, err, context.Canceled)
			})
		})
	}
}

func TestServerThatDoesNotSpeakGRPCIsOneClearLine(t *testing.T) {
	for hello, want := range map[string]string{
		"HTTP/1.1 400 Bad Request\r\n\r\n": "it does not speak gRPC: ",
		"":                                 "it has not spoken gRPC yet: context deadline exceeded", // net/rpc waits for its request's end
	} {
		t.Run(want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				l, err := w.net.Listen(a)
				require.NoError(t, err)
				defer l.Close()
				go func() {
					for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
						go io.Copy(io.Discard, conn) // until the client hangs up
						io.WriteString(conn, hello)
					}
				}()
				err = w.to(a).Call(deadline(t, time.Second), "Arith.Sum", arith.Args{}, new(int))
				require.ErrorContains(t, err, "Arith.Sum on "+a+": "+want)
				require.NotContains(t, err.Error(), "\n")
			})
		})
	}
}
