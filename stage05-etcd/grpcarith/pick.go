package grpcarith

import (
	"context"
	"maps"
	"strings"
	"sync"
	"time"

	grpcbalancer "google.golang.org/grpc/balancer"
	"google.golang.org/grpc/balancer/endpointsharding"
	"google.golang.org/grpc/balancer/pickfirst"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/registry"
)

// gRPC finds a balancer by its name alone, in one list for the whole process. Nothing may
// be added to it once there are channels.
func init() { grpcbalancer.Register(builder{}) }

// builder makes a chooser for each channel.
type builder struct{}

func (builder) Name() string { return "workshop_power_of_two" }

func (builder) Build(cc grpcbalancer.ClientConn, opts grpcbalancer.BuildOptions) grpcbalancer.Balancer {
	c := &chooser{ClientConn: cc, avoided: make(map[string]bool)}
	c.life, c.end = context.WithCancel(context.Background())
	c.Balancer = endpointsharding.NewBalancer(c, opts, grpcbalancer.Get(pickfirst.Name).Build, endpointsharding.Options{})
	return c
}

// chooser lets balancer.PowerOfTwo choose among a channel's servers, as client.Client
// does. The Balancer keeps a connection to each of them, as gRPC's own round_robin does,
// and reports their states to UpdateState.
type chooser struct {
	grpcbalancer.ClientConn
	grpcbalancer.Balancer
	servers    balancer.PowerOfTwo
	life       context.Context // ends with Close
	end        func()
	background sync.WaitGroup // the goroutines of after

	mu      sync.Mutex // guards the fields below
	state   grpcbalancer.State
	avoided map[string]bool // by address
}

// UpdateClientConnState takes over a new list of servers. A server that reports
// NOT_SERVING does not count as ready.
func (c *chooser) UpdateClientConnState(s grpcbalancer.ClientConnState) error {
	return c.Balancer.UpdateClientConnState(grpcbalancer.ClientConnState{ResolverState: pickfirst.EnableHealthListener(s.ResolverState)})
}

// UpdateState lets calls go to the servers that are ready.
func (c *chooser) UpdateState(s grpcbalancer.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = s
	c.update()
}

// update makes a new picker of the servers that are ready. While none is, it passes on
// the Balancer's picker, which makes calls wait or fail. The caller holds the lock.
func (c *chooser) update() {
	s, p := c.state, picker{servers: &c.servers, ready: make(map[string]grpcbalancer.Picker), avoided: maps.Clone(c.avoided)}
	var instances []registry.Instance
	for _, child := range endpointsharding.ChildStatesFromPicker(s.Picker) {
		if child.State.ConnectivityState == connectivity.Ready {
			addr := child.Endpoint.Addresses[0].Addr
			p.ready[addr] = child.State.Picker
			instances = append(instances, registry.Instance{ID: addr, Weight: grpcresolver.Weight(child.Endpoint)})
		}
	}
	c.servers.Update(instances)
	if len(instances) > 0 {
		s.Picker = p
	}
	c.ClientConn.UpdateState(s)
}

// picker chooses for each attempt. It never changes.
type picker struct {
	servers balancer.Balancer
	ready   map[string]grpcbalancer.Picker // by address
	avoided map[string]bool                // by address
}

// Pick chooses a server that the call was not sent to before, or any if there is none.
// While all servers are avoided, the call waits.
func (p picker) Pick(info grpcbalancer.PickInfo) (grpcbalancer.PickResult, error) {
	tried := triedBy(info.Ctx)
	in, done, err := p.servers.Pick(balancer.Info{Skip: p.skip(tried.skip())})
	if err != nil {
		in, done, err = p.servers.Pick(balancer.Info{Skip: p.skip(nil)})
	}
	if err != nil || p.ready[in.ID] == nil { // or servers is newer than ready
		if done != nil {
			done(balancer.DoneInfo{})
		}
		return grpcbalancer.PickResult{}, grpcbalancer.ErrNoSubConnAvailable // gRPC waits for the next picker
	}
	tried.add(in.ID)
	began := time.Now()
	result, err := p.ready[in.ID].Pick(info)
	if err != nil {
		done(balancer.DoneInfo{})
		return result, err
	}
	s := result.SubConn.(*conn)
	result.SubConn = s.inUse()
	waitOn(info.Ctx, s, began)
	result.Done = func(end grpcbalancer.DoneInfo) {
		waitOn(info.Ctx, nil, time.Time{})
		if end.BytesReceived {
			s.heard()
		}
		done(ending(info.Ctx, end.Err, time.Since(began)))
	}
	return result, nil
}

// ending tells the balancer how an attempt ended. An error counts against the server if
// that could not be reached, if its method panicked, if it serves another service, or if
// it cancels what goes on in ctx, the attempt's context.
func ending(ctx context.Context, err error, took time.Duration) balancer.DoneInfo {
	info := balancer.DoneInfo{Failed: err != nil, Latency: took}
	stranger := strings.HasPrefix(status.Convert(err).Message(), "unknown service ")
	code := status.Code(err)
	cancels := code == codes.Canceled && ctx.Err() == nil
	if code == codes.Unavailable || code == codes.Internal || stranger || cancels {
		info.Err = err
	}
	return info
}
