package codec_test

import (
	"fmt"
	"io"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/codec"
)

// Fickle fails when it is encoded, unless its turn says that it is let through.
type Fickle struct{ Turn *int }

// failing returns a Fickle that is let through so many times.
func failing(after int) Fickle { return Fickle{&after} }

func (f Fickle) GobEncode() ([]byte, error) {
	if *f.Turn--; *f.Turn < 0 {
		return nil, io.ErrClosedPipe // as if it were the connection's
	}
	return []byte("today"), nil
}
func (*Fickle) GobDecode([]byte) error { return nil }

// Fickles is a service of fickle values.
type Fickles struct{}

// Take reports how many it was sent.
func (Fickles) Take(f []Fickle, n *int) error { *n = len(f); return nil }

// Give returns one that is let through so many times, and one that always is.
func (Fickles) Give(after int, f *[]Fickle) error {
	*f = []Fickle{failing(after), failing(9)}
	return nil
}

// connectFickles is connect for Fickles.
func (p peers) connectFickles(t *testing.T) *rpc.Client {
	server := rpc.NewServer()
	require.NoError(t, server.Register(Fickles{}))
	near, far := net.Pipe()
	go p.serve(server, far)
	client := p.client(near)
	t.Cleanup(func() { client.Close() })
	return client
}

// turns is how often a value is let through. A value is encoded once to try its type, and
// once to send it; later values of the type are only sent. So the first message is refused
// with the definitions of its types, and a plain peer must get them with the next.
var turns = []int{1, 0, 9, 0, 9}

const refused = "cannot send a %s[]codec_test.Fickle: io: read/write on closed pipe"

func TestAValueThatFailsHalfWayLeavesTheConnectionWhole(t *testing.T) {
	for name, p := range map[string]peers{"plain server": {ourClient, plainServe}, "our server": {ourClient, ourServe}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := p.connectFickles(t)
				for _, after := range turns {
					var n int
					err := client.Call("Fickles.Take", []Fickle{failing(9), failing(after)}, &n)
					if after == 9 {
						require.NoError(t, err, "the call after the bad one")
						require.Equal(t, 2, n)
						continue
					}
					require.EqualError(t, err, fmt.Sprintf(refused, ""), seeN3)
					require.ErrorAs(t, err, new(*codec.TypeError))
				}
			})
		})
	}
}

func TestAReplyThatFailsHalfWayIsAnErrorForItsCallerAlone(t *testing.T) {
	for name, p := range map[string]peers{"plain client": {plainClient, ourServe}, "our client": {ourClient, ourServe}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := p.connectFickles(t)
				for _, after := range turns {
					var got []Fickle
					err := client.Call("Fickles.Give", after, &got)
					if after == 9 {
						require.NoError(t, err)
						require.Len(t, got, 2)
						continue
					}
					require.Equal(t, rpc.ServerError(fmt.Sprintf(refused, "*")), err, seeN3)
				}
			})
		})
	}
}

func TestNothingIsSentOfAValueThatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		c := codec.NewClient(near, 1<<20)
		defer c.Close()
		require.Error(t, c.WriteRequest(new(rpc.Request), failing(1)))
		read := make(chan error)
		go func() {
			_, err := far.Read(make([]byte, 1))
			read <- err
		}()
		synctest.Wait()
		select {
		case err := <-read:
			t.Fatal("a byte has come, which is the beginning of a request that must be whole in time: ", err)
		default:
		}
		far.Close()
		require.Error(t, <-read)
	})
}
