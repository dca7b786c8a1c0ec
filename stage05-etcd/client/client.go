package client

import (
	"context"
	"errors"
	"fmt"
	"net/rpc"
	"sync"
	"sync/atomic"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// ErrNoInstances is returned when the registry lists nobody under the name, or
// nobody who takes calls.
var ErrNoInstances = errors.New("no instances")

// Client calls a service by its name. It follows the list of instances, lets a
// balancer choose one for each attempt, keeps a connection to each, and tries
// another when an attempt fails and may be repeated. The registry may be away:
// the last list that it gave serves on.
type Client struct {
	service    string
	opts       Options
	idempotent map[string]bool
	budget     budget
	patiences  patiences

	life      context.Context // ends with Close
	end       context.CancelFunc
	following sync.WaitGroup
	first     chan struct{} // closed when the first list has come, or failure

	nodes    atomic.Pointer[map[string]*node] // by instance id; replaced whole
	eligible atomic.Pointer[[]string]         // ids of those that a balancer may pick
	retries  atomic.Int64

	mu       sync.Mutex // guards the fields below, the nodes' state, and the order of updates
	latest   registry.Snapshot
	failure  error       // why there will be no list
	readmits *time.Timer // for the next node whose ejection is over
}

// New returns a client of the service, which follows it until Close. It
// returns an error for what can never work, such as an invalid name.
func New(d registry.Discovery, service string, opts Options) (*Client, error) {
	life, end := context.WithCancel(context.Background())
	watcher, err := d.Watch(life, service)
	if err != nil {
		end()
		return nil, err
	}
	c := &Client{
		service: service, opts: opts.withDefaults(), idempotent: make(map[string]bool),
		life: life, end: end, first: make(chan struct{}),
	}
	for _, method := range opts.Idempotent {
		c.idempotent[method] = true
	}
	c.nodes.Store(&map[string]*node{})
	c.following.Go(func() { c.follow(watcher) })
	return c, nil
}

// Call runs a method on one of the instances and waits for its reply, until
// ctx ends or Options.Timeout is over. It tries other instances as Options
// says. Errors are those of Conn.Call, of the last attempt, or ErrNoInstances
// with the service's name.
func (c *Client) Call(ctx context.Context, method string, args, reply any) error {
	call := Call{Method: method, Args: args, Reply: reply}
	return c.do(ctx, &call)
}

// Close ends the watch and hangs up. Calls in progress and later ones fail
// with rpc.ErrShutdown.
func (c *Client) Close() error {
	c.end()
	c.following.Wait()
	c.mu.Lock()
	nodes := *c.nodes.Load()
	if c.readmits != nil {
		c.readmits.Stop()
	}
	c.mu.Unlock()
	for _, n := range nodes {
		n.retire()
		n.dialing.Do("", func() (any, error) { return nil, nil }) // waits for a dial in progress
		n.hangUp()
	}
	return nil
}

// wait returns once there is a list, or why there is none.
func (c *Client) wait(ctx context.Context, deadline time.Time) error {
	select {
	case <-c.first:
	default:
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		err := context.DeadlineExceeded
		select {
		case <-c.first:
			err = nil
		case <-ctx.Done():
			err = ctx.Err()
		case <-timer.C:
		}
		if err != nil {
			return fmt.Errorf("finding %s: %w", c.service, err)
		}
	}
	if c.life.Err() == nil && len(*c.nodes.Load()) > 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure != nil && c.life.Err() == nil {
		return c.failure
	}
	return c.nobody()
}

// nobody returns why there is no instance to call.
func (c *Client) nobody() error {
	if c.life.Err() != nil {
		return rpc.ErrShutdown
	}
	return fmt.Errorf("%w of %s", ErrNoInstances, c.service)
}
