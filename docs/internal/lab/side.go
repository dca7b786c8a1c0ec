package lab

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// side is one stage's processes.
type side struct {
	lab   *Lab
	index int
	stage stages.Stage
	ttl   time.Duration
	bin   string

	mu       sync.Mutex // is held while something is done to the processes; guards the fields below
	settings Settings
	group    *proc.Group
	proxies  *proxy.Group
	world    *scenario.World
	client   *cluster.Client
	stop     context.CancelFunc // of those who watch
	watching sync.WaitGroup

	seen seen
}

// build compiles the stage.
func (s *side) build(ctx context.Context, opts Options, i int) error {
	if err := os.MkdirAll(s.bin, 0o755); err != nil {
		return err
	}
	build, tell := opts.Build, opts.Tell
	if build == nil {
		build = proc.Build
	}
	if tell == nil {
		tell = func(string) {}
	}
	dir := filepath.Join(opts.Root, s.stage.Dir)
	if i < len(opts.Folders) && opts.Folders[i] != "" {
		dir = opts.Folders[i]
	}
	tell("building " + filepath.Base(dir))
	return build(ctx, dir, s.bin, func(elapsed time.Duration) {
		tell("building " + filepath.Base(dir) + ", " + elapsed.Round(time.Second).String())
	})
}

// start starts registry, servers and client.
func (s *side) start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.startLocked(ctx)
}

func (s *side) startLocked(ctx context.Context) (err error) {
	data, err := os.MkdirTemp(s.bin, "data-")
	if err != nil {
		return err
	}
	s.group, s.proxies = proc.NewGroup(proc.StopGrace), new(proxy.Group)
	c, err := cluster.Start(ctx, s.group, cluster.Options{
		Stage: s.stage, Bin: s.bin, Data: data, Servers: Servers, TTL: s.ttl, Proxies: s.proxies, Flags: []string{"-faulty"},
	})
	if err != nil {
		return err
	}
	s.world = &scenario.World{Cluster: c, Run: &measure.Run{Started: time.Now()}}
	s.seen.reset()
	watch, stop := context.WithCancel(s.lab.ctx)
	s.stop = stop
	if s.stage.Offers.Registry {
		s.watching.Go(func() { s.watchRegistry(watch, c) })
	}
	if err := s.startClient(); err != nil {
		return err
	}
	s.publish()
	return nil
}

// close stops every process of the side.
func (s *side) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closeLocked()
}

func (s *side) closeLocked() error {
	if s.group == nil {
		return nil
	}
	s.seen.closing()
	err := s.group.Close()
	if s.stop != nil {
		s.stop()
	}
	if s.client != nil {
		err = errors.Join(err, s.client.Report.Close()) // wakes its reader
	}
	s.watching.Wait()
	s.proxies.Close()
	s.group, s.client, s.stop = nil, nil, nil
	return err
}

// freshUnder is fresh with a client that makes a script's load. It keeps the chosen
// balancer.
func (s *side) freshUnder(ctx context.Context, load measure.Load) error {
	s.mu.Lock()
	s.settings.Rate = load.Rate
	s.settings.Timeout = cmp.Or(load.Wait, time.Second).String()
	s.mu.Unlock()
	return s.fresh(ctx)
}

// fresh stops everything and starts it again as at the lab's beginning.
func (s *side) fresh(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.closeLocked(); err != nil {
		return err
	}
	return s.startLocked(ctx)
}
