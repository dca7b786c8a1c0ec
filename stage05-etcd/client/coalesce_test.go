package client_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

// fleet is a thousand instances with one server behind them, of which the first
// may die.
type fleet struct {
	*cluster
	mu    sync.Mutex // guards the fields below
	dead  int
	conns map[string]net.Conn
}

// startFleet returns a fleet, and a client of it.
func startFleet(t *testing.T, opts client.Options) (*fleet, *client.Client) {
	f := &fleet{cluster: newCluster(t), conns: make(map[string]net.Conn)}
	shared, script := f.serve("shared:1"), registrytest.NewScript()
	snap := snapshot()
	for i := range 1000 {
		in := shared.in
		in.ID = fmt.Sprintf("h%04d:1", i)
		in.Addr = in.ID
		snap.Instances = append(snap.Instances, in)
	}
	opts.DialContext = f.dial
	c := f.clientOf(script, opts)
	script.Shows(snap)
	synctest.Wait()
	return f, c
}

// dial connects to the server, unless the instance is dead.
func (f *fleet) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	f.mu.Lock()
	dead := addr < fmt.Sprintf("h%04d:1", f.dead)
	f.mu.Unlock()
	f.cluster.mu.Lock()
	f.dials[addr]++
	f.cluster.mu.Unlock()
	if dead {
		return f.net.DialContext(ctx, network, "nobody:1")
	}
	conn, err := f.net.DialContext(ctx, network, "shared:1")
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns[addr] = conn
	return conn, err
}

// kill lets the first n instances die, all at once.
func (f *fleet) kill(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dead = n
	for i := range n {
		if conn := f.conns[fmt.Sprintf("h%04d:1", i)]; conn != nil {
			conn.Close()
		}
	}
}

// dialled returns how often the dead were dialled in all.
func (f *fleet) dialled() (dials int) {
	for i := range f.dead {
		n, _ := f.counts(fmt.Sprintf("h%04d:1", i))
		dials += n
	}
	return dials
}

func TestThreeHundredOfAThousandThatDieAtOnceAreNewsForTheBalancerOnceOrTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &ledger{Balancer: roundRobin()}
		f, c := startFleet(t, client.Options{Balancer: b})
		for range 1000 {
			do(t, c)
		}
		time.Sleep(time.Minute)
		b.take()
		f.kill(300)
		time.Sleep(20 * time.Millisecond)
		lists := b.take()
		require.LessOrEqual(t, len(lists), 2, "a change of 1,000 instances for each that dies")
		taking := 0
		for _, weight := range lists[len(lists)-1] {
			taking += weight
		}
		require.Equal(t, 700, taking)
		require.Equal(t, 300+300, f.dialled(), "each was dialled again, once")

		before, start := f.dialled(), time.Now()
		for range 3000 {
			do(t, c)
		}
		require.Equal(t, before, f.dialled(), "calls dial nobody")
		require.Zero(t, time.Since(start))
		require.Zero(t, c.Stats().Retries)
	})
}

func TestThreeHundredOfAThousandThatAreDeadFromTheStartCostADialEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := startFleet(t, client.Options{})
		f.kill(300)
		most, start := 0, time.Now()
		for range 3000 {
			call := <-c.Go(t.Context(), "Work.Do", 7, new(int)).Done
			require.NoError(t, call.Err)
			most = max(most, call.Retries)
		}
		require.Zero(t, time.Since(start))
		require.LessOrEqual(t, f.dialled(), 300)
		require.Less(t, most, 20, "retries of one call, when three of ten are dead")
		require.LessOrEqual(t, c.Stats().Retries, int64(300))
	})
}
