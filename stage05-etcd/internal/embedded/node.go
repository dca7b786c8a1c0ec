package embedded

import (
	"context"
	"fmt"
	"os"
	"time"
)

// startTime bounds the start of a node, until its cluster has a leader.
const startTime = time.Minute

// Addr returns the HOST:PORT for clients.
func (n *Node) Addr() string { return n.Clients[0].Addr().String() }

// ready waits until the node's cluster has a leader.
func (n *Node) ready(ctx context.Context) error {
	late := time.NewTimer(startTime)
	defer late.Stop()
	select {
	case <-n.Server.ReadyNotify():
		return nil
	case err := <-n.Err():
		return fmt.Errorf("etcd %s: %w", n.Addr(), err)
	case <-n.Server.StopNotify():
		return n.stopped()
	case <-ctx.Done():
		return fmt.Errorf("etcd %s: waiting for a leader: %w", n.Addr(), ctx.Err())
	case <-late.C:
		return fmt.Errorf("etcd %s: its cluster has no leader after %v", n.Addr(), startTime)
	}
}

// Wait waits until the node has stopped by itself, for example because its cluster has
// removed it. It returns nil if ctx ends first.
func (n *Node) Wait(ctx context.Context) error {
	select {
	case err := <-n.Err():
		return fmt.Errorf("etcd %s: %w", n.Addr(), err)
	case <-n.Server.StopNotify():
		return n.stopped()
	case <-ctx.Done():
		return nil
	}
}

func (n *Node) stopped() error { return fmt.Errorf("etcd %s has stopped by itself", n.Addr()) }

// Close ends the node as a crash would, without telling its cluster, and removes its
// temporary data. It may be called again.
func (n *Node) Close() error {
	n.once.Do(func() {
		n.stop()
		n.calls.Lock() // waits for the calls in progress; later ones see that life has ended
		//lint:ignore SA2001 there is nothing to do under the lock but to wait for it
		n.calls.Unlock()
		n.Server.HardStop()
		n.Etcd.Close()
		n.free()
	})
	return os.RemoveAll(n.temp)
}
