package workshop_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/machine"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/server"
)

const registryAddr = "registry:8500"

// site is a network in memory with a registry on a machine of its own, in
// virtual time.
type site struct {
	t        *testing.T
	network  memnet.Network
	ttl      time.Duration                // of every lease
	registry *machine.Machine             // that runs the registry, or nil
	open     func(dial dialer) discovered // returns the registry as who dials with dial reaches it
}

// dialer is how a program reaches the network.
type dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// discovered is what every registry is.
type discovered interface {
	registry.Registrar
	registry.Discovery
}

// newSite starts a registry that is spoken to over HTTP.
func newSite(t *testing.T, ttl time.Duration) *site {
	s := &site{t: t, ttl: ttl}
	s.open = func(dial dialer) discovered {
		c, err := registry.NewClient("http://"+registryAddr, registry.ClientOptions{
			Transport: &http.Transport{DialContext: dial}, Logger: logtest.Quiet(),
		})
		require.NoError(s.t, err)
		s.t.Cleanup(c.Close)
		return c
	}
	s.startRegistry()
	return s
}

// newMemorySite has a registry that everybody uses as a Store.
func newMemorySite(t *testing.T, ttl time.Duration) *site {
	store := registry.NewStore(registry.Options{TTL: ttl, Logger: logtest.Quiet()})
	go store.Run(t.Context())
	return &site{t: t, ttl: ttl, open: func(dialer) discovered { return store }}
}

// startRegistry starts a registry that knows nobody.
func (s *site) startRegistry() {
	m := machine.Start(s.t, &s.network, registryAddr)
	store := registry.NewStore(registry.Options{TTL: s.ttl, Logger: logtest.Quiet()})
	var running sync.WaitGroup
	running.Go(func() { store.Run(m.Context()) })
	running.Go(func() { registry.Serve(context.Background(), m, registry.Handler(store)) }) // until m is killed
	s.t.Cleanup(func() {
		m.Kill()
		running.Wait()
	})
	s.registry = m
}

// restartRegistry kills the registry, memory and all, and starts another one.
func (s *site) restartRegistry() {
	s.registry.Kill()
	time.Sleep(time.Millisecond) // no process is quicker
	s.startRegistry()
}

// host is a machine that serves Arith and keeps itself registered.
type host struct {
	site         *site
	machine      *machine.Machine
	server       *server.Server
	service      *arith.Arith
	in           registry.Instance
	registration registry.Registration
	vanish       func() // ends the registration without a goodbye
}

// start starts a host, whose address is its id, and returns when it is listed.
func (s *site) start(addr string) *host {
	h := s.serve(addr, addr)
	require.NoError(s.t, h.register())
	return h
}

// serve starts a host that is not registered yet.
func (s *site) serve(id, addr string) *host {
	h := &host{
		site: s, machine: machine.Start(s.t, &s.network, addr), service: new(arith.Arith),
		server: server.New(server.Options{Logger: logtest.Quiet()}),
		in:     registry.Instance{Service: "Arith", ID: id, Addr: addr, Weight: 1},
	}
	require.NoError(s.t, h.server.Register(h.service))
	go h.server.Serve(h.machine, "tcp")
	s.t.Cleanup(func() {
		h.machine.Kill()
		h.server.Shutdown(context.Background())
	})
	return h
}

// starts starts n hosts.
func (s *site) starts(n int) (hosts []*host) {
	for i := range n {
		hosts = append(hosts, s.start(fmt.Sprintf("host-%02d:1234", i)))
	}
	return hosts
}

func (h *host) register() (err error) {
	life, vanish := context.WithCancel(h.machine.Context())
	h.vanish = vanish
	h.registration, err = h.site.open(h.machine.DialContext).Register(life, h.in)
	return err
}

// cutOff cuts the host off from the registry, and from nobody else.
func (h *host) cutOff() {
	h.machine.CutOff(registryAddr)
	if h.site.registry == nil {
		h.vanish()
	}
}

// heal undoes cutOff.
func (h *host) heal() {
	h.machine.Heal()
	if h.site.registry == nil {
		go h.register()
	}
}

// leave takes the host out of service as arith-server does: it says goodbye, waits
// until that has spread, leaves the list and ends its calls.
func (h *host) leave() {
	ctx := h.site.t.Context()
	goodbye := h.in
	goodbye.Weight = 0
	require.NoError(h.site.t, h.registration.Update(ctx, goodbye))
	time.Sleep(500 * time.Millisecond)
	require.NoError(h.site.t, h.registration.Deregister(ctx))
	require.NoError(h.site.t, h.server.Shutdown(ctx))
	h.machine.Kill()
}
