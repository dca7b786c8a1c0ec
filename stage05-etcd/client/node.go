package client

import (
	"context"
	"math"
	"net/rpc"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"example.com/workshop/stage05-etcd/registry"
)

// node is one instance as its client knows it, and the connection to it.
type node struct {
	client      *Client
	id          string
	network     string
	addr        string
	conn        atomic.Pointer[Conn]
	dialing     singleflight.Group // one dial at a time, however many wait for it
	calls       atomic.Int64       // in progress; far below zero when hung up for good
	retired     atomic.Bool        // off the list: hang up after the last call
	ok, failed  atomic.Int64       // attempts, for Stats
	consecutive atomic.Int64       // failures since the last success

	// guarded by the client's mu
	in        registry.Instance
	ejected   bool
	until     time.Time // when it is readmitted
	ejections int       // in a row, without a success between them
}

// gone is what calls is set to when no call may enter any more.
const gone = math.MinInt64 / 2

// enter begins a call, or reports that n has hung up for good.
func (n *node) enter() bool {
	if n.calls.Add(1) > 0 {
		return true
	}
	n.calls.Add(-1)
	return false
}

// leave ends a call.
func (n *node) leave() {
	if n.calls.Add(-1) == 0 && n.retired.Load() {
		n.retire()
	}
}

// retire hangs up for good once no call is in progress.
func (n *node) retire() {
	n.retired.Store(true)
	if n.calls.CompareAndSwap(0, gone) {
		n.hangUp()
	}
}

func (n *node) hangUp() {
	if conn := n.conn.Swap(nil); conn != nil {
		conn.Close()
	}
}

// connection returns the connection that works, or waits for a new one until
// ctx ends or due has come.
func (n *node) connection(ctx context.Context, p *patience, due time.Time) (*Conn, error) {
	if conn := n.working(); conn != nil {
		return conn, nil
	}
	dialed := n.dialing.DoChan("", n.dial)
	for {
		select {
		case r := <-dialed:
			if r.Err != nil {
				return nil, r.Err
			}
			return r.Val.(*Conn), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-n.client.life.Done():
			return nil, rpc.ErrShutdown
		case <-p.tick:
			if p.over(due) {
				return nil, context.DeadlineExceeded
			}
		}
	}
}

func (n *node) working() *Conn {
	conn := n.conn.Load()
	if conn == nil {
		return nil
	}
	select {
	case <-conn.Broken():
		return nil
	default:
		return conn
	}
}

func (n *node) dial() (any, error) {
	if conn := n.working(); conn != nil {
		return conn, nil // somebody else was quicker
	}
	ctx, cancel := context.WithTimeout(n.client.life, n.client.opts.DialTimeout)
	defer cancel()
	conn, err := Dial(ctx, n.network, n.addr, n.client.opts)
	if err != nil {
		return nil, err
	}
	n.conn.Store(conn)
	if n.calls.Load() < 0 { // the last call has left meanwhile
		n.hangUp()
	}
	return conn, nil
}
