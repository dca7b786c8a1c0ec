package grpcresolver_test

import (
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/serviceconfig"

	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/registry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = logtest.Quiet()

const (
	a = "10.0.0.1:50051"
	b = "10.0.0.2:50051"
	c = "10.0.0.3:50051"
)

// server returns an instance that speaks gRPC.
func server(addr string, weight int) registry.Instance {
	return registry.Instance{
		Service: "Arith", ID: addr, Addr: "192.0.2.1:1", Weight: weight,
		Metadata: map[string]string{grpcresolver.MetadataKey: addr},
	}
}

// channel is the part of a gRPC channel that a resolver talks to.
type channel struct {
	t      *testing.T
	states chan resolver.State
}

func (c *channel) UpdateState(s resolver.State) error {
	c.states <- s
	return nil
}
func (c *channel) ReportError(err error)         { c.t.Errorf("ReportError(%v)", err) }
func (c *channel) NewAddress([]resolver.Address) { c.t.Error("NewAddress is of an older gRPC") }
func (c *channel) ParseServiceConfig(string) *serviceconfig.ParseResult {
	return new(serviceconfig.ParseResult)
}

// resolve follows Arith in d until the test ends.
func resolve(t *testing.T, d registry.Discovery, opts grpcresolver.Options) *channel {
	t.Helper()
	cc := &channel{t, make(chan resolver.State, 100)}
	target, err := url.Parse("registry:///Arith")
	require.NoError(t, err)
	r, err := grpcresolver.New("registry", d, opts).Build(resolver.Target{URL: *target}, cc, resolver.BuildOptions{})
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return cc
}

// pushes fails unless the only state that is pushed, once all is at rest, has
// exactly these addresses. It is for synctest bubbles.
func (c *channel) pushes(addrs ...string) resolver.State {
	c.t.Helper()
	synctest.Wait()
	require.Len(c.t, c.states, 1)
	s := <-c.states
	require.NotNil(c.t, s.Endpoints, "no endpoints at all would be no list")
	got := []string{}
	for _, e := range s.Endpoints {
		require.Len(c.t, e.Addresses, 1)
		got = append(got, e.Addresses[0].Addr)
	}
	require.Empty(c.t, cmp.Diff(got, append([]string{}, addrs...)))
	return s
}

// silent fails if a state is pushed before all is at rest.
func (c *channel) silent() {
	c.t.Helper()
	synctest.Wait()
	require.Empty(c.t, c.states)
}
