// Package machine simulates machines that die, freeze and lose their network. Tests may
// use it in the virtual time of testing/synctest too.
package machine

import (
	"cmp"
	"context"
	"net"
	"slices"
	"sync"
	"testing"

	"example.com/workshop/stage05-etcd/internal/memnet"
)

// Machine is a net.Listener. Programs on it accept and dial through it.
type Machine struct {
	net.Listener
	network *memnet.Network
	life    context.Context // ends with Kill
	end     context.CancelFunc
	traffic sync.WaitGroup // goroutines that carry bytes

	mu      sync.Mutex // guards the fields below
	frozen  bool
	cutOff  []string
	changed chan struct{} // closed and replaced when one of the two changes
}

// Start starts a machine that listens on addr, and kills it when t ends.
func Start(t testing.TB, network *memnet.Network, addr string) *Machine {
	t.Helper()
	l, err := network.Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	m := &Machine{Listener: l, network: network, changed: make(chan struct{})}
	m.life, m.end = context.WithCancel(context.Background())
	t.Cleanup(m.Kill)
	return m
}

// Context returns a context that ends with Kill. Programs on the machine run until it
// ends.
func (m *Machine) Context() context.Context { return m.life }

// Kill is a crash as the network sees it: no listener, and every connection cut
// in the middle of whatever it was doing.
func (m *Machine) Kill() {
	m.set(m.end)
	m.Close()
	m.traffic.Wait()
}

// Freeze stops all traffic and closes nothing: others connect, their requests
// arrive, and no reply comes. Programs on the machine are not stopped.
func (m *Machine) Freeze() { m.set(func() { m.frozen = true }) }

// Thaw lets the traffic go on where it stopped.
func (m *Machine) Thaw() { m.set(func() { m.frozen = false }) }

// CutOff stops the traffic of connections dialled to addrs, open ones and new
// ones. What is written meanwhile arrives after Heal.
func (m *Machine) CutOff(addrs ...string) { m.set(func() { m.cutOff = addrs }) }

// Heal undoes CutOff.
func (m *Machine) Heal() { m.CutOff() }

func (m *Machine) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
	close(m.changed)
	m.changed = make(chan struct{})
}

// flows waits until traffic flows to addr, or returns why it never will.
func (m *Machine) flows(ctx context.Context, addr string) error {
	for {
		m.mu.Lock()
		stopped, changed := m.frozen || slices.Contains(m.cutOff, addr), m.changed
		m.mu.Unlock()
		if err := cmp.Or(ctx.Err(), m.life.Err()); err != nil || !stopped {
			return err
		}
		select {
		case <-changed: // by Kill as well
		case <-ctx.Done():
		}
	}
}
