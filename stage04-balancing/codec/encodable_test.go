package codec_test

import (
	"errors"
	"net/rpc"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/codec"
)

// seeN3 points a failure at its explanation.
const seeN3 = `trap N3: stage 04, "the wire", checks a value before the first byte of its message`

// TestArgumentsThatCannotBeEncodedLeaveTheConnectionWhole turns the limit of
// stage 01 around, where such an argument ends the connection for everyone.
func TestArgumentsThatCannotBeEncodedLeaveTheConnectionWhole(t *testing.T) {
	for name, args := range map[string]any{
		"a func":                  func() {},
		"a chan":                  make(chan int),
		"a struct of a func":      struct{ F func() }{func() {}},
		"a struct with no fields": struct{ unexported int }{1},
		"nil":                     nil,
		"a nil pointer":           (*Point)(nil),
		"a slice of chans":        []chan int{nil},
		"a struct of interfaces":  struct{ I any }{1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := peers{ourClient, plainServe}.connect(t)
				for range 2 {
					err := client.Call("Shapes.Mirror", args, new(Point))
					require.IsType(t, &codec.TypeError{}, err, seeN3)
					var got Point
					require.NoError(t, client.Call("Shapes.Mirror", Point{1, 2}, &got), "the call after the bad one")
					require.Equal(t, Point{2, 1}, got)
				}
			})
		})
	}
}

func TestAFuncFieldBesideOthersIsLeftOutAsGobDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := peers{ourClient, ourServe}.connect(t)
		var got Half
		require.NoError(t, client.Call("Shapes.Half", Point{X: 5}, &got))
		require.Equal(t, 5, got.X)
		require.Nil(t, got.F)
	})
}

func TestATypeErrorNamesTheTypeAndGobsReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := peers{ourClient, plainServe}.connect(t)
		err := client.Call("Shapes.Mirror", make(chan int), new(Point))
		require.EqualError(t, err, "cannot send a chan int: gob NewTypeObject can't handle type: chan int")
		require.EqualError(t, errors.Unwrap(err), "gob NewTypeObject can't handle type: chan int")
		err = client.Call("Shapes.Mirror", (*Point)(nil), new(Point))
		require.EqualError(t, err, "cannot send a *codec_test.Point: it is nil")
	})
}

// TestANilBehindAPointerIsRefusedThoughItsTypeWasSent: gob sends no value for it, and whoever
// reads it takes that for zeros.
func TestANilBehindAPointerIsRefusedThoughItsTypeWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := peers{ourClient, ourServe}.connect(t)
		args := &Point{1, 2}
		require.NoError(t, client.Call("Shapes.Mirror", &args, new(Point)))
		args = nil
		require.EqualError(t, client.Call("Shapes.Mirror", &args, new(Point)), "cannot send a **codec_test.Point: it is nil")
	})
}

func TestAReplyThatCannotBeEncodedIsAnErrorForItsCallerAlone(t *testing.T) {
	for _, method := range []string{"Shapes.Func", "Shapes.Chan"} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := peers{plainClient, ourServe}.connect(t)
				for range 2 {
					err := client.Call(method, Point{}, new(Point))
					require.IsType(t, rpc.ServerError(""), err)
					require.ErrorContains(t, err, "cannot send a *")
					require.NoError(t, client.Call("Shapes.Mirror", Point{1, 2}, new(Point)), "the call after the bad one")
				}
			})
		})
	}
}
