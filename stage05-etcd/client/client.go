package client

import (
	"context"
	"sync"
	"sync/atomic"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

// ErrNoInstances is returned when the registry lists no instance under the name, or none
// that takes calls. It is the balancer's.
var ErrNoInstances = balancer.ErrNoInstances

// Client calls a service by its name. It follows the list of instances, lets a balancer
// choose one for each attempt, keeps a connection to each, and tries another when an
// attempt fails and may be repeated. While the registry is away, it goes on with the last
// list.
type Client struct {
	service    string
	opts       Options
	idempotent map[string]bool
	budget     budget
	timers     timers
	retries    atomic.Int64

	life      context.Context // ends with Close
	end       context.CancelFunc
	following sync.WaitGroup // the goroutines that make views
	dialing   sync.WaitGroup // the goroutines that keep nodes connected
	changed   chan struct{}  // of capacity 1; full while a new view is to be made
	view      atomic.Pointer[view]

	updating sync.Mutex          // held while a view is made and the balancer is told of it
	told     []registry.Instance // the list that the balancer was given; guarded by updating

	mu      sync.Mutex        // held, together with updating, to write the fields below; either is enough to read them
	latest  registry.Snapshot // the list
	failure error             // why there will be no other list
	nodes   map[string]*node  // listed or held, by id; replaced and never changed
}

// New returns a client that follows the service until Close. It returns an error for what
// can never work, such as an invalid name.
func New(d registry.Discovery, service string, opts Options) (*Client, error) {
	c := &Client{service: service, opts: opts.withDefaults(), idempotent: make(map[string]bool), changed: make(chan struct{}, 1)}
	for _, method := range opts.Idempotent {
		c.idempotent[method] = true
	}
	c.view.Store(&view{replaced: make(chan struct{})})
	c.life, c.end = context.WithCancel(context.Background())
	d = registry.Hold(normalized{d}, registry.HoldOptions{For: opts.Hold, Answered: c.answered})
	watcher, err := d.Watch(c.life, service)
	if err != nil {
		c.end()
		return nil, err
	}
	c.following.Go(func() { c.follow(watcher) })
	c.following.Go(c.renewViews)
	return c, nil
}

// Call runs a method on one of the instances and waits for its reply, until ctx ends or
// Options.Timeout is over. It tries other instances as Options says. It waits before the
// first list, and while all instances are in transient failure. Once there was an attempt,
// the error is a *CallError, the last attempt's. Before that it wraps ErrNoInstances;
// rpc.ErrShutdown after Close; the error of a watch that ended without a list; or, if the
// time is over, ctx's error or context.DeadlineExceeded, and why nobody can be reached.
func (c *Client) Call(ctx context.Context, method string, args, reply any) error {
	call := Call{Method: method, Args: args, Reply: reply}
	return c.do(ctx, &call)
}
