package workshop_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/arith"
	"example.com/workshop/stage03-heartbeat/client"
	"example.com/workshop/stage03-heartbeat/internal/memnet"
	"example.com/workshop/stage03-heartbeat/registry"
	"example.com/workshop/stage03-heartbeat/server"
)

const (
	ttl   = 15 * time.Second // how long a server is listed without a beat
	sweep = time.Second      // between two looks for leases that ran out
)

// room is a network with a registry on it, and machines that serve Arith.
type room struct {
	t       *testing.T
	network memnet.Network
	store   *registry.Store
	client  *registry.Client
}

func newRoom(t *testing.T) *room {
	quiet := slog.New(slog.DiscardHandler)
	r := &room{t: t, store: registry.NewStore(registry.Options{TTL: ttl, Sweep: sweep, Logger: quiet})}
	go r.store.Run(t.Context())
	l, err := r.network.Listen("registry:8500")
	require.NoError(t, err)
	var serving sync.WaitGroup
	serving.Go(func() { registry.Serve(t.Context(), l, registry.Handler(r.store)) })
	t.Cleanup(serving.Wait)
	r.client, err = registry.NewClient("http://registry:8500", registry.ClientOptions{
		Transport: &http.Transport{DialContext: r.network.DialContext},
		Logger:    quiet,
	})
	require.NoError(t, err)
	t.Cleanup(r.client.Close)
	return r
}

// caller returns a client that knows the service's name and no address.
func (r *room) caller() *client.Client {
	c := client.New(r.client, "Arith", client.Options{DialContext: r.network.DialContext})
	r.t.Cleanup(func() { c.Close() })
	return c
}

// multiply makes a call and returns who answered.
func multiply(t *testing.T, c *client.Client) (addr string, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	call := <-c.Go(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)).Done
	return call.Addr, call.Err
}

// machine runs one server, until it dies.
type machine struct {
	net.Listener
	halt context.CancelFunc // ends the beats, as death does

	mu    sync.Mutex // guards the field below
	conns []net.Conn
}

// start starts a server on a machine of its own and registers it.
func (r *room) start(addr string) *machine {
	r.t.Helper()
	l, err := r.network.Listen(addr)
	require.NoError(r.t, err)
	ctx, halt := context.WithCancel(r.t.Context())
	m := &machine{Listener: l, halt: halt}
	srv := server.New(server.Options{})
	require.NoError(r.t, srv.Register(new(arith.Arith)))
	go srv.Serve(m, "tcp")
	r.t.Cleanup(func() { srv.Shutdown(context.Background()) })
	_, err = r.client.Register(ctx, registry.Instance{Service: "Arith", Addr: addr, Weight: 1})
	require.NoError(r.t, err)
	return m
}

// Accept notes whom the machine's death cuts off.
func (m *machine) Accept() (net.Conn, error) {
	c, err := m.Listener.Accept()
	if err == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.conns = append(m.conns, c)
	}
	return c, err
}

// die is what a crash looks like from the network: no beat, no listener, and
// every connection cut in the middle of whatever it was doing.
func (m *machine) die() {
	m.halt()
	m.Listener.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.conns {
		c.Close()
	}
}

// TestADeadServerIsGoneWhenItsLeaseHasRunOut is what stage 02 could not do:
// nobody deregisters the dead server, and the calls work again.
func TestADeadServerIsGoneWhenItsLeaseHasRunOut(t *testing.T) {
	const lesson = "see chapter 03: being listed ends by itself, one sweep after the TTL and never before it"
	for _, age := range []time.Duration{0, 7 * time.Second, time.Minute, time.Hour} {
		t.Run(fmt.Sprintf("dead after %v", age), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(t)
				first := r.start("host-1:1234")
				r.start("host-2:1234")
				r.start("host-3:1234")
				c := r.caller()
				time.Sleep(age)
				addr, err := multiply(t, c)
				require.NoError(t, err)
				require.Equal(t, "host-1:1234", addr)

				first.die()
				synctest.Wait()
				death := time.Now()
				time.Sleep(ttl - ttl/3*11/10 - 1) // its latest beat may be that long ago
				require.Len(t, r.store.Instances("Arith"), 3, lesson)
				time.Sleep(time.Until(death.Add(ttl + sweep)))
				synctest.Wait()
				require.Len(t, r.store.Instances("Arith"), 2, lesson)
				for range 100 {
					addr, err := multiply(t, c)
					require.NoError(t, err, lesson)
					require.Equal(t, "host-2:1234", addr)
				}
			})
		})
	}
}

// TestCallsFailUntilTheLeaseHasRunOut is what stage 03 cannot do. Two healthy
// servers stand beside the dead one, on the same list, and no call goes to them.
func TestCallsFailUntilTheLeaseHasRunOut(t *testing.T) {
	const lesson = "a client of stage 03 got past a dead server that was listed; it must not before stage 04, " +
		"where the client knows the other instances too: see the last step of chapter 03"
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		first := r.start("host-1:1234")
		r.start("host-2:1234")
		r.start("host-3:1234")
		c := r.caller()
		_, err := multiply(t, c)
		require.NoError(t, err)
		first.die()
		synctest.Wait()
		failed := 0
		for len(r.store.Instances("Arith")) == 3 {
			_, err := multiply(t, c)
			require.Error(t, err, lesson)
			failed++
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		require.GreaterOrEqual(t, failed, 90, "for two thirds of the TTL at least")
	})
}

// TestOneServerDoesAllTheWork is the other thing that stage 03 cannot do.
func TestOneServerDoesAllTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		for _, addr := range []string{"host-1:1234", "host-2:1234", "host-3:1234"} {
			r.start(addr)
		}
		require.Len(t, r.store.Instances("Arith"), 3)
		calls := make(map[string]int)
		for range 10 { // callers
			c := r.caller()
			for range 30 {
				addr, err := multiply(t, c)
				require.NoError(t, err)
				calls[addr]++
			}
		}
		require.Equal(t, map[string]int{"host-1:1234": 300}, calls,
			"a client of stage 03 spread its calls; it must not before stage 04: see the last step of chapter 03")
	})
}
