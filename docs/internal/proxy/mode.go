package proxy

import (
	"context"
	"sync"
	"time"
)

// mode is how a proxy treats bytes at the moment.
type mode struct {
	mu      sync.Mutex // guards the fields below
	target  string     // empty until it is known
	silent  bool
	delay   time.Duration // of what goes to the client
	changed chan struct{} // closed by the next change
}

func newMode(target string) *mode { return &mode{target: target, changed: make(chan struct{})} }

func (m *mode) set(silent bool, delay time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.silent, m.delay = silent, delay
	m.tell()
}

func (m *mode) aim(target string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.target = target
	m.tell()
}

// tell wakes everyone in open. The caller holds the lock.
func (m *mode) tell() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// open waits until bytes may pass, and returns where they go. Its error is ctx's.
func (m *mode) open(ctx context.Context) (target string, err error) {
	for {
		m.mu.Lock()
		target, silent, changed := m.target, m.silent, m.changed
		m.mu.Unlock()
		if !silent && target != "" {
			return target, ctx.Err()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func (m *mode) aimed() (target string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.target
}

func (m *mode) late() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.delay
}
