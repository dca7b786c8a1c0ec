package codec_test

import (
	"net/rpc"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// Moody panics while it is encoded, when it is told to.
type Moody struct{ Calm bool }

func (m Moody) GobEncode() ([]byte, error) {
	if !m.Calm {
		panic("boom")
	}
	return []byte("calm"), nil
}
func (*Moody) GobDecode([]byte) error { return nil }

func TestAPanicHalfWayThroughAMessageClosesTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := peers{ourClient, plainServe}.connect(t)
		require.Error(t, client.Call("Shapes.Mirror", Moody{Calm: true}, new(Point)), "of the wrong type, but sent")
		require.Panics(t, func() { client.Call("Shapes.Mirror", Moody{}, new(Point)) })
		synctest.Wait()
		err := client.Call("Shapes.Mirror", Point{1, 2}, new(Point))
		require.ErrorIs(t, err, rpc.ErrShutdown, "a header without its body may be on the wire")
	})
}
