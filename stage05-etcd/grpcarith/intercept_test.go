package grpcarith_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

func TestAMethodThatEndsItsGoroutineAnswersItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		intercept := grpcarith.Returns(logtest.Quiet())
		info := &grpc.UnaryServerInfo{FullMethod: "/a/B"}
		_, err := intercept(t.Context(), 7, info, func(context.Context, any) (any, error) { runtime.Goexit(); return 8, nil })
		require.Equal(t, codes.Internal, status.Code(err))
		require.ErrorContains(t, err, "/a/B ended its goroutine")
		own := errors.New("the method's own")
		reply, err := intercept(t.Context(), 7, info, func(context.Context, any) (any, error) { return 8, own })
		require.Equal(t, own, err)
		require.Equal(t, 8, reply)
	})
}

func TestPanicIsAnErrorForItsCallerAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, nil) // its methods dereference nil
		c := w.to(a)
		for range 25 {
			err := c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int))
			require.ErrorContains(t, err, "panicked")
			require.Equal(t, client.Refused, client.OutcomeOf(err))
		}
		require.Equal(t, 1, w.dialled(a))
		require.Equal(t, 20, strings.Count(w.log.String(), "panic in a method"), "strangers do not fill the log")
	})
}

func TestWhatAMethodPanicsWithIsForTheLogAlone(t *testing.T) {
	var log logtest.Buffer
	intercept, secret := grpcarith.Recovered(log.Logger()), strings.Repeat("secret", 10_000)
	_, err := intercept(t.Context(), 7, &grpc.UnaryServerInfo{FullMethod: "/a/B"}, func(context.Context, any) (any, error) { panic(secret) })
	require.Equal(t, codes.Internal, status.Code(err))
	require.Equal(t, "/a/B panicked", status.Convert(err).Message())
	require.Contains(t, log.String(), "secretsecret")
	require.Contains(t, log.String(), "(60000 bytes)")
	require.Contains(t, log.String(), "grpcarith_test.TestWhatAMethodPanicsWithIsForTheLogAlone", "the stack")
	require.Less(t, len(log.String()), 32<<10)
}
