package workshop_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/arith"
	"example.com/workshop/stage02-registry/client"
	"example.com/workshop/stage02-registry/internal/logtest"
	"example.com/workshop/stage02-registry/internal/machine"
	"example.com/workshop/stage02-registry/internal/memnet"
	"example.com/workshop/stage02-registry/registry"
	"example.com/workshop/stage02-registry/server"
)

const registryAddr = "registry:8500"

// site is a network in memory with a registry on a machine of its own, in
// virtual time.
type site struct {
	t        *testing.T
	network  memnet.Network
	registry *machine.Machine // that runs the registry
	observer *registry.Client // that reads the list for the test
}

// dialer is how a program reaches the network.
type dialer func(ctx context.Context, network, addr string) (net.Conn, error)

func newSite(t *testing.T) *site {
	s := &site{t: t}
	s.startRegistry()
	s.observer = s.open(s.network.DialContext)
	return s
}

// open returns the registry as who dials with dial reaches it.
func (s *site) open(dial dialer) *registry.Client {
	c, err := registry.NewClient("http://"+registryAddr, registry.ClientOptions{
		Transport: &http.Transport{DialContext: dial}, Logger: logtest.Quiet(),
	})
	require.NoError(s.t, err)
	s.t.Cleanup(c.Close)
	return c
}

// startRegistry starts a registry that knows nobody.
func (s *site) startRegistry() {
	m := machine.Start(s.t, &s.network, registryAddr)
	store := registry.NewStore(registry.Options{Logger: logtest.Quiet()})
	var running sync.WaitGroup
	running.Go(func() { registry.Serve(context.Background(), m, registry.Handler(store)) }) // until m is killed
	s.t.Cleanup(func() {
		m.Kill()
		running.Wait()
	})
	s.registry = m
}

// host is a machine that serves Arith and is registered.
type host struct {
	machine      *machine.Machine
	server       *server.Server
	in           registry.Instance
	registration *registry.Registration
}

// start starts a host, whose address is its id, and returns when it is listed.
func (s *site) start(addr string) *host {
	h := &host{
		machine: machine.Start(s.t, &s.network, addr),
		server:  server.New(server.Options{Logger: logtest.Quiet()}),
		in:      registry.Instance{Service: "Arith", ID: addr, Addr: addr, Weight: 1},
	}
	require.NoError(s.t, h.server.Register(new(arith.Arith)))
	go h.server.Serve(h.machine, "tcp")
	s.t.Cleanup(func() {
		h.machine.Kill()
		h.server.Shutdown(context.Background())
	})
	var err error
	h.registration, err = s.open(h.machine.DialContext).Register(h.machine.Context(), h.in)
	require.NoError(s.t, err)
	return h
}

// starts starts n hosts.
func (s *site) starts(n int) (hosts []*host) {
	for i := range n {
		hosts = append(hosts, s.start(fmt.Sprintf("host-%02d:1234", i)))
	}
	return hosts
}

// listed returns the addresses that the registry lists.
func (s *site) listed() (addrs []string) {
	instances, err := s.observer.Instances(s.t.Context(), "Arith")
	require.NoError(s.t, err)
	for _, in := range instances {
		addrs = append(addrs, in.Addr)
	}
	return addrs
}

// post does what curl does: it sends a form to the registry, and returns the
// status of the response.
func (s *site) post(path, form string) int {
	values, err := url.ParseQuery(form)
	require.NoError(s.t, err)
	transport := &http.Transport{DialContext: s.network.DialContext, DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport}).PostForm("http://"+registryAddr+path, values)
	require.NoError(s.t, err)
	resp.Body.Close()
	return resp.StatusCode
}

// client returns a client that knows the service's name and no address.
func (s *site) client() *client.Client {
	c := client.New(s.open(s.network.DialContext), "Arith", client.Options{DialContext: s.network.DialContext})
	s.t.Cleanup(func() { c.Close() })
	return c
}

// call multiplies and returns the server that answered within a second.
func call(t *testing.T, c *client.Client) (addr string, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	call := <-c.Go(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)).Done
	return call.Addr, call.Err
}
