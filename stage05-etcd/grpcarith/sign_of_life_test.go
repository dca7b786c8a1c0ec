package grpcarith_test

import (
	"context"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith"
)

const seeF1 = "trap F1: nobody tells that a connection is half open"

func TestHalfOpenConnectionsAreReplacedAfterTwoAttemptsOverGRPC(t *testing.T) {
	for name, tt := range map[string]struct {
		addrs   []string
		connect func(*world, ...time.Duration) *grpcarith.Client
	}{
		"one address":  {[]string{a}, (*world).single},
		"one listed":   {[]string{a}, (*world).fleet},
		"three listed": {[]string{a, b, c}, (*world).fleet},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.pace = 10 * time.Millisecond / time.Duration(len(tt.addrs))
				to := tt.connect(w, slices.Repeat([]time.Duration{time.Millisecond}, len(tt.addrs))...)
				w.load(to, time.Second, time.Second)
				w.wires.cutOff(tt.addrs...)
				calls := w.load(to, 3*time.Second, time.Second)
				for n, call := range calls {
					require.NoError(t, call.Err, "call %d of %d: %s", n, len(calls), seeF1)
				}
				for _, addr := range tt.addrs {
					require.Equal(t, 2, w.dialled(addr), addr)
					require.Equal(t, 1, w.wires.open(addr), "the new one")
				}
			})
		})
	}
}

func TestANewConnectionTellsHowItsServerIsOverGRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to, srv, _ := w.pair()
		w.wires.cutOff(a, b)
		w.load(to, time.Second, time.Second)
		require.Equal(t, []string{a, b}, w.answering(to))
		srv.Drain()
		require.Equal(t, []string{b}, w.answering(to))
	})
}

func TestAConnectionThatGivesASignOfLifeIsKeptOverGRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to := w.fleet(3 * time.Second)
		for range 30 {
			start := time.Now()
			call := to.Go(deadline(t, time.Minute), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int))
			time.AfterFunc(3*time.Second, func() {
				<-call.Done
				require.NoError(t, call.Err)
				require.Equal(t, 3*time.Second, time.Since(start), "nobody waits for the sign")
			})
			time.Sleep(99 * time.Millisecond)
		}
		time.Sleep(4 * time.Second)
		require.Equal(t, 1, w.dialled(a))
	})
}

// distant is a connection to a host that is far away: what is read is late.
type distant struct {
	net.Conn
	arriving chan arrival
	left     []byte // of the last
}

type arrival struct {
	at   time.Time
	data []byte
	err  error
}

func newDistant(conn net.Conn, delay time.Duration) *distant {
	d := &distant{Conn: conn, arriving: make(chan arrival, 1000)}
	go func() {
		for {
			data := make([]byte, 4096)
			n, err := conn.Read(data)
			d.arriving <- arrival{time.Now().Add(delay), data[:n], err}
			if err != nil {
				return
			}
		}
	}()
	return d
}

func (d *distant) Read(p []byte) (int, error) {
	if len(d.left) == 0 {
		next := <-d.arriving
		time.Sleep(time.Until(next.at))
		if d.left = next.data; next.err != nil {
			return 0, next.err
		}
	}
	n := copy(p, d.left)
	d.left = d.left[n:]
	return n, nil
}

func TestADistantServerIsNotTakenForADeadOneOverGRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, &arith.Arith{})
		w.list(a, 1)
		to, err := grpcarith.New("registry", w.store, "Arith", grpcarith.ClientOptions{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := w.dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return newDistant(conn, 250*time.Millisecond), nil
		}})
		require.NoError(t, err)
		defer to.Close()
		for range 10 {
			require.NoError(t, to.Call(t.Context(), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)))
		}
		require.Equal(t, 1, w.dialled(a))
	})
}
