package balancer

import (
	"cmp"
	"slices"
	"sync/atomic"

	"example.com/workshop/stage04-balancing/registry"
)

// live is the list of a balancer that keeps nothing else about its instances.
type live struct {
	sorted atomic.Pointer[[]*registry.Instance] // those of weight 1 or more, by ID; replaced and never changed, so that Pick reads it without a lock
}

// update takes over a new list by the rules of Balancer.Update.
func (l *live) update(instances []registry.Instance) {
	var list []*registry.Instance
	listed := make(map[string]bool, len(instances))
	for _, in := range instances {
		if !listed[in.ID] && in.Weight > 0 {
			in.Weight = min(in.Weight, registry.MaxWeight)
			list = append(list, &in)
		}
		listed[in.ID] = true
	}
	slices.SortFunc(list, func(a, b *registry.Instance) int { return cmp.Compare(a.ID, b.ID) })
	l.sorted.Store(&list)
}

// left returns the instances that skip does not turn down, sorted by ID, and the number
// of all instances. A nil skip turns none down. The instances must not be changed.
func (l *live) left(skip func(id string) bool) (left []*registry.Instance, all int) {
	if list := l.sorted.Load(); list != nil {
		left = *list
	}
	all = len(left)
	if skip != nil {
		left = slices.DeleteFunc(slices.Clone(left), func(in *registry.Instance) bool { return skip(in.ID) })
	}
	return left, all
}
