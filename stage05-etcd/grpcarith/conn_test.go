package grpcarith_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
)

func TestASlowMethodCostsNobodyItsConnectionOverGRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to := w.fleet(10 * time.Second)
		start := time.Now()
		var slow []*client.Call
		for range 1023 { // with the watch of its health, as many as the server lets run at a time
			slow = append(slow, to.Go(deadline(t, time.Minute), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)))
		}
		time.Sleep(time.Second)
		require.NoError(t, to.Call(deadline(t, time.Minute), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)))
		require.Equal(t, 11*time.Second, time.Since(start), "on a new connection")
		for _, call := range slow {
			require.NoError(t, (<-call.Done).Err)
		}
		require.Equal(t, 11*time.Second, time.Since(start), "the old one is kept for those who wait on it")
		synctest.Wait()
		require.Equal(t, 2, w.dialled(a))
		require.Equal(t, 1, w.wires.open(a))
	})
}

func TestACallSurvivesThatItsOnlyServerIsFrozenOverGRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.pace = 20 * time.Millisecond
		to := w.fleet(time.Millisecond)
		time.AfterFunc(3*time.Second, w.wires.freeze(a))
		start := time.Now()
		for _, call := range w.load(to, 2*time.Second, 5*time.Second) {
			require.NoError(t, call.Err)
		}
		require.Less(t, time.Since(start), 4*time.Second)
		require.Less(t, w.dialled(a), 10)
		time.Sleep(5 * time.Second)
		require.Equal(t, 1, w.wires.open(a))
	})
}

func TestAServerThatWasFrozenAndCannotBeDialledKeepsItsConnectionOverGRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to := w.fleet(time.Millisecond)
		thaw := w.wires.freeze(a)
		w.refuse(a)
		call := to.Go(deadline(t, 5*time.Second), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int))
		time.Sleep(time.Second)
		thaw()
		require.NoError(t, (<-call.Done).Err)
		time.Sleep(5 * time.Second)
		start := time.Now()
		require.NoError(t, to.Call(deadline(t, 5*time.Second), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)))
		require.Less(t, time.Since(start), 10*time.Millisecond)
		require.Equal(t, 1, w.wires.open(a))
	})
}

func TestAClientThatIsClosedWaitsForNoSignOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to := w.fleet(time.Millisecond)
		w.wires.cutOff(a)
		call := to.Go(deadline(t, 5*time.Second), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int))
		time.Sleep(300 * time.Millisecond)
		start := time.Now()
		require.NoError(t, to.Close())
		require.Error(t, (<-call.Done).Err)
		require.Less(t, time.Since(start), 50*time.Millisecond) // gRPC's own are some ten
	})
}
