package client

import (
	"context"

	"example.com/workshop/stage04-balancing/registry"
)

// normalized is a Discovery whose lists keep the rules of registry.Watcher, even if those
// of the Discovery that it wraps do not: each instance has its defaults, no weight is
// below 0, and no two have one id. Of two entries with one id the first counts, as in
// balancer.Balancer.Update. It stands before registry.Hold, which goes by ids too.
type normalized struct{ discovery registry.Discovery }

func (d normalized) Watch(ctx context.Context, service string) (registry.Watcher, error) {
	w, err := d.discovery.Watch(ctx, service)
	if err != nil {
		return nil, err
	}
	return normalizedWatcher{w}, nil
}

type normalizedWatcher struct{ registry.Watcher }

func (w normalizedWatcher) Next(ctx context.Context) (registry.Snapshot, error) {
	snap, err := w.Watcher.Next(ctx)
	snap.Instances = normalize(snap.Instances)
	return snap, err
}

// normalize returns a list of its own, because the one that it is given is shared.
func normalize(list []registry.Instance) []registry.Instance {
	normal := make([]registry.Instance, 0, len(list))
	seen := make(map[string]bool, len(list))
	for _, in := range list {
		if in.ID == "" || in.Network == "" {
			in = in.WithDefaults()
		}
		in.Weight = max(in.Weight, 0)
		if !seen[in.ID] {
			seen[in.ID] = true
			normal = append(normal, in)
		}
	}
	return normal
}
