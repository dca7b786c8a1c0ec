package client

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/singleflight"

	"example.com/workshop/stage03-heartbeat/registry"
)

// ErrNoInstances is returned when the registry lists no instance under the name.
var ErrNoInstances = errors.New("no instances")

// Client calls a service by its name. It looks the name up, keeps a connection to the
// first instance listed, and looks the name up again when that connection breaks.
type Client struct {
	registry *registry.Client
	service  string
	opts     Options

	life    context.Context // ends with Close
	end     context.CancelFunc
	lookups singleflight.Group // a broken connection costs one lookup, not one per caller

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
	call := Call{Method: method, Args: args, Reply: reply}
	return c.do(ctx, &call)
}

// do makes the call on the connection to the service.
func (c *Client) do(ctx context.Context, call *Call) error {
	conn, err := c.connection(ctx)
	if err != nil {
		return err
	}
	call.Addr = conn.Addr()
	return conn.Call(ctx, call.Method, call.Args, call.Reply)
}
