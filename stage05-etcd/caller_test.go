package workshop_test

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

// caller is a client of Arith, and what its test counts.
type caller struct {
	*client.Client
	site  *site
	every time.Duration // between two calls

	mu      sync.Mutex               // guards the fields below
	dials   map[string]int           // by address
	opens   map[string]int           // of them, those that led to a connection
	closes  map[string]int           // of connections, by this side
	answers map[string]int           // calls that were answered
	latest  map[string]time.Time     // of them
	gaps    map[string]time.Duration // the longest without one
}

// client returns a caller that gives every instance its turn.
func (s *site) client(opts client.Options) *caller {
	c := &caller{site: s, every: s.ttl / 200, dials: make(map[string]int), opens: make(map[string]int), closes: make(map[string]int)}
	c.reset()
	opts.DialContext, opts.Logger = c.dial, logtest.Quiet()
	opts.Balancer, opts.Idempotent = new(balancer.RoundRobin), []string{"Arith.Multiply"}
	var err error
	c.Client, err = client.New(s.open(s.network.DialContext), "Arith", opts)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { c.Close() })
	return c
}

func (c *caller) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c.mu.Lock()
	c.dials[addr]++
	c.mu.Unlock()
	conn, err := c.site.network.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opens[addr]++
	return &closing{Conn: conn, closed: sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.closes[addr]++
	})}, nil
}

// closing tells when it is closed.
type closing struct {
	net.Conn
	closed func()
}

func (c *closing) Close() error {
	c.closed()
	return c.Conn.Close()
}

// reset forgets what was answered and when.
func (c *caller) reset() {
	c.answers, c.latest, c.gaps = make(map[string]int), make(map[string]time.Time), make(map[string]time.Duration)
}

// try makes one call.
func (c *caller) try() error {
	call := <-c.Go(c.site.t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)).Done
	if call.Err == nil {
		c.answers[call.Addr]++
		if last, ok := c.latest[call.Addr]; ok {
			c.gaps[call.Addr] = max(c.gaps[call.Addr], time.Since(last))
		}
		c.latest[call.Addr] = time.Now()
	}
	return call.Err
}

// calls makes calls for d, and none fails.
func (c *caller) calls(d time.Duration) {
	c.site.t.Helper()
	for began := time.Now(); time.Since(began) < d; time.Sleep(c.every) {
		require.NoError(c.site.t, c.try(), "%v after the beginning", time.Since(began))
	}
}
