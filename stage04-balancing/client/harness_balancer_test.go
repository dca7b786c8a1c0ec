package client_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/registry"
)

// roundRobin makes the order of the instances known: by id.
func roundRobin() balancer.Balancer { return new(balancer.RoundRobin) }

// named returns the balancer of this name.
func named(t *testing.T, name string) balancer.Balancer {
	b, err := balancer.New(name)
	require.NoError(t, err)
	return b
}

// keys returns a Key that is another for every attempt.
func keys() func(context.Context, string, any) string {
	var n atomic.Int64
	return func(context.Context, string, any) string { return fmt.Sprint(n.Add(1)) }
}

// recorder counts picks, and how often their dones are called.
type recorder struct {
	balancer.Balancer
	picks, dones atomic.Int64
}

func (r *recorder) Pick(info balancer.Info) (registry.Instance, func(balancer.DoneInfo), error) {
	in, done, err := r.Balancer.Pick(info)
	if err != nil {
		return in, nil, err
	}
	r.picks.Add(1)
	return in, func(info balancer.DoneInfo) { r.dones.Add(1); done(info) }, nil
}

// inOrder always picks the first in the list that it may. While it hides what
// was listed before, it calls hidden.
type inOrder struct {
	mu     sync.Mutex // guards the fields below
	list   []registry.Instance
	hidden func()
}

func (b *inOrder) Update(list []registry.Instance) {
	list = slices.DeleteFunc(slices.Clone(list), func(in registry.Instance) bool { return in.Weight == 0 })
	b.mu.Lock()
	fewer := len(list) < len(b.list)
	b.list = list
	b.mu.Unlock()
	if fewer && b.hidden != nil {
		b.hidden()
	}
}

func (b *inOrder) Pick(info balancer.Info) (registry.Instance, func(balancer.DoneInfo), error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, in := range b.list {
		if info.Skip == nil || !info.Skip(in.ID) {
			return in, func(balancer.DoneInfo) {}, nil
		}
	}
	return registry.Instance{}, nil, balancer.ErrNoInstances
}
