package client_test

import (
	"testing"
	"testing/synctest"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry/registrytest"
)

// outage is a cluster whose client is told by hand who is listed and who is held.
type outage struct {
	*cluster
	script *registrytest.Script
	hosts  []*host
	client *client.Client
}

// startOutage lists hosts, and calls each of them once.
func startOutage(t *testing.T, addrs ...string) *outage {
	o := &outage{cluster: newCluster(t), script: registrytest.NewScript()}
	for _, addr := range addrs {
		o.hosts = append(o.hosts, o.serve(addr))
	}
	o.client = o.clientOf(o.script, client.Options{Balancer: roundRobin(), Idempotent: idempotent, Hold: -1})
	o.list(o.hosts, nil)
	for range addrs {
		do(t, o.client)
	}
	return o
}

// list makes the client know who is listed and who is held.
func (o *outage) list(listed, held []*host) {
	snap := snapshot(listed...)
	for _, h := range held {
		snap.Held = append(snap.Held, h.in)
	}
	o.script.Shows(snap)
	synctest.Wait()
}

// share makes ten calls for each host, and returns who got some.
func (o *outage) share(t *testing.T) (addrs []string) {
	before := make(map[*host]int64)
	for _, h := range o.hosts {
		before[h] = h.ran.Load()
	}
	for range 10 * len(o.hosts) {
		do(t, o.client)
	}
	for _, h := range o.hosts {
		if h.ran.Load() > before[h] {
			addrs = append(addrs, h.in.Addr)
		}
	}
	return addrs
}

func (o *outage) held() (ids []string) {
	for _, in := range o.client.Stats().Held {
		ids = append(ids, in.ID)
	}
	return ids
}
