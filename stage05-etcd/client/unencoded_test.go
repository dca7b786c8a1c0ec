package client_test

import (
	"errors"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

// Fickle cannot be encoded when it is told so.
type Fickle struct{ Fails bool }

func (f Fickle) GobEncode() ([]byte, error) {
	if f.Fails {
		return nil, errors.New("not today")
	}
	return []byte("today"), nil
}
func (*Fickle) GobDecode([]byte) error { return nil }

func TestAValueThatCannotBeEncodedCostsNoConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		for range 3 {
			err := c.Call(t.Context(), "Work.Do", Fickle{}, new(int))
			require.ErrorAs(t, err, new(rpc.ServerError), "a type that can be sent")
		}
		call := <-c.Go(t.Context(), "Work.Do", Fickle{Fails: true}, new(int)).Done
		require.ErrorContains(t, call.Err, "cannot send a client_test.Fickle: not today")
		require.Zero(t, call.Retries)
		require.Zero(t, failures(c, "a:1")+failures(c, "b:1")+failures(c, "c:1"))
		time.Sleep(time.Second)
		dials := 0
		for _, addr := range []string{"a:1", "b:1", "c:1"} {
			n, _ := cluster.counts(addr)
			dials += n
		}
		require.Equal(t, 3, dials, "one for each")
	})
}
