package client

import (
	"context"
	"errors"
	"fmt"
	"net/rpc"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"example.com/workshop/stage03-heartbeat/registry"
)

// ErrNoInstances is returned when the registry lists nobody under the name.
var ErrNoInstances = errors.New("no instances")

// findTimeout bounds one lookup and the dial that follows.
const findTimeout = 5 * time.Second

// Client calls a service by its name. It looks the name up, keeps a connection
// to the first instance listed, and looks again when that connection breaks.
type Client struct {
	registry *registry.Client
	service  string
	opts     Options

	life    context.Context // ends with Close
	end     context.CancelFunc
	finding singleflight.Group // a broken connection costs one lookup, not one per caller

	mu   sync.Mutex // guards the field below
	conn *Conn
}

// New returns a client of the service. It connects at the first call.
func New(r *registry.Client, service string, opts Options) *Client {
	life, end := context.WithCancel(context.Background())
	return &Client{registry: r, service: service, opts: opts, life: life, end: end}
}

// Call runs a method and waits for its reply, until ctx ends. Errors are those
// of Conn.Call, those of the lookup, or ErrNoInstances with the service's name.
func (c *Client) Call(ctx context.Context, method string, args, reply any) error {
	return (<-c.Go(ctx, method, args, reply).Done).Err
}

// Go starts a call and returns at once; the rest is as with Call. The
// goroutine that makes the call ends with ctx at the latest.
func (c *Client) Go(ctx context.Context, method string, args, reply any) *Call {
	call := &Call{Method: method, Args: args, Reply: reply, Done: make(chan *Call, 1)}
	go func() {
		var conn *Conn
		if conn, call.Err = c.connection(ctx); call.Err == nil {
			call.Addr = conn.Addr()
			call.Err = conn.Call(ctx, method, args, reply)
		}
		call.Done <- call
	}()
	return call
}

// Close hangs up. Calls in progress and later ones fail with rpc.ErrShutdown.
func (c *Client) Close() error {
	c.end()
	c.finding.Do("", func() (any, error) { return nil, rpc.ErrShutdown }) // waits for a lookup in progress
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return nil
	}
	return c.conn.Close()
}

// connection returns the connection that works, or finds another.
func (c *Client) connection(ctx context.Context) (*Conn, error) {
	if conn := c.current(); conn != nil {
		return conn, nil
	}
	found := c.finding.DoChan("", c.find)
	select {
	case r := <-found:
		if c.life.Err() != nil {
			return nil, rpc.ErrShutdown
		}
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*Conn), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("finding %s: %w", c.service, ctx.Err())
	}
}

// current returns the connection unless it is broken.
func (c *Client) current() *Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return nil
	}
	select {
	case <-c.conn.Broken():
		return nil
	default:
		return c.conn
	}
}

// find looks the service up and connects to the first instance listed.
func (c *Client) find() (any, error) {
	if conn := c.current(); conn != nil {
		return conn, nil // somebody else was quicker
	}
	ctx, cancel := context.WithTimeout(c.life, findTimeout)
	defer cancel()
	instances, err := c.registry.Instances(ctx, c.service)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", c.service, err)
	}
	if len(instances) == 0 {
		return nil, fmt.Errorf("%w of %s", ErrNoInstances, c.service)
	}
	conn, err := Dial(ctx, instances[0].Network, instances[0].Addr, c.opts)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
	return conn, nil
}
