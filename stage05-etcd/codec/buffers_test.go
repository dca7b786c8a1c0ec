package codec_test

import (
	"io"
	"net/rpc"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

// burst has a connection send 2.5 MiB, in messages of 64 KiB.
func burst(t *testing.T, c rpc.ServerCodec) {
	for range 40 {
		require.NoError(t, c.WriteResponse(new(rpc.Response), make([]byte, 64<<10)))
	}
}

// held returns the bytes that are in use.
func held() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func TestABusyConnectionKeepsItsLargeBuffersAndAnIdleOneGivesThemBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := held()
		var conns []rpc.ServerCodec
		for range 8 {
			near, far := gated(t)
			c := codec.NewServer(near, 1<<20)
			defer c.Close()
			conns = append(conns, c)
			burst(t, c)
			close(near.open)
			go io.Copy(io.Discard, far)
		}
		synctest.Wait() // it is all sent
		const kept = 16 << 20
		require.Greater(t, held()-before, int64(kept), "right after the burst")
		for range 3 {
			time.Sleep(4 * time.Second)
			require.Greater(t, held()-before, int64(kept), "with a burst every four seconds")
			for _, c := range conns {
				burst(t, c)
			}
			synctest.Wait()
		}

		for range 12 {
			time.Sleep(time.Second)
			for _, c := range conns {
				require.NoError(t, c.WriteResponse(new(rpc.Response), Point{}))
			}
		}
		synctest.Wait()
		require.Less(t, held()-before, int64(kept/4), "after twelve seconds of small messages")
		for _, c := range conns {
			burst(t, c)
		}
		synctest.Wait()
		time.Sleep(12 * time.Second)
		synctest.Wait()
		require.Less(t, held()-before, int64(kept/4), "after twelve seconds of nothing")
		runtime.KeepAlive(conns)
	})
}

func TestABufferThatIsKeptDoesNotGrowAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := gated(t)
		close(near.open)
		go io.Copy(io.Discard, far)
		c := codec.NewServer(near, 1<<20)
		defer c.Close()
		body := make([]byte, 1<<20)
		var before, after runtime.MemStats
		for i := range 12 {
			if i == 2 {
				runtime.ReadMemStats(&before)
			}
			require.NoError(t, c.WriteResponse(new(rpc.Response), body))
			synctest.Wait()
		}
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20), "bytes allocated for ten messages of 1 MiB")
	})
}

// sink is a connection that takes everything at once.
type sink struct{}

func (sink) Read([]byte) (int, error)    { return 0, io.EOF }
func (sink) Write(p []byte) (int, error) { return len(p), nil }
func (sink) TryWrite(p []byte) int       { return len(p) }
func (sink) Close() error                { return nil }

func TestTheBufferOfAMessageThatWasWrittenAtOnceIsGivenBackToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := held()
		var conns []rpc.ServerCodec
		for range 8 {
			c := codec.NewServer(sink{}, 8<<20)
			defer c.Close()
			conns = append(conns, c)
			require.NoError(t, c.WriteResponse(new(rpc.Response), make([]byte, 2<<20)))
		}
		const gobs = 16 << 20 // what the encoders keep for their next message
		require.Greater(t, held()-before, int64(gobs+12<<20), "right after they were sent")
		time.Sleep(12 * time.Second)
		synctest.Wait()
		require.Less(t, held()-before, int64(gobs+2<<20), "after twelve seconds of nothing")
		runtime.KeepAlive(conns)
	})
}
