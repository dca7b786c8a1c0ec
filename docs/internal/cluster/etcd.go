package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"example.com/workshop/docs/internal/measure"
)

// etcdNodes is the smallest number of nodes that keep a majority when one is lost.
const etcdNodes = 3

// etcdRegistry is a cluster of etcd nodes, each a process of its own that keeps
// its data on disk.
type etcdRegistry struct {
	c     *Cluster
	dir   string // that holds a directory for each node
	all   []*Node
	peers []string // where each listens for the others
	api   *measure.Etcd
}

// startEtcd starts the nodes on ports that are chosen for them, because each is told
// of all before it listens. When one of the ports is taken meanwhile, all nodes start
// again on others.
func startEtcd(ctx context.Context, c *Cluster) (r *etcdRegistry, err error) {
	err = onFreePorts(func() error {
		r, err = c.tryEtcd(ctx)
		return err
	})
	return r, err
}

// tryEtcd starts the nodes. If it fails, it leaves neither nodes nor data.
func (c *Cluster) tryEtcd(ctx context.Context) (*etcdRegistry, error) {
	peers, err := c.ports(etcdNodes)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(c.opts.Data, "etcd-")
	if err != nil {
		return nil, err
	}
	r := &etcdRegistry{c: c, dir: dir, peers: peers}
	proxies, err := c.startPeers(peers)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	var members []string
	for i, peer := range peers {
		n := &Node{Name: fmt.Sprintf("n%d", i+1)}
		n.args = []string{"-name", n.Name, "-listen-peer", peer, "-data", filepath.Join(dir, n.Name)}
		if proxies != nil {
			n.peer, peer = proxies[i], proxies[i].Addr()
		}
		members = append(members, n.Name+"=http://"+peer)
		r.all = append(r.all, n)
	}
	for _, n := range r.all {
		n.args = append(n.args, "-cluster", strings.Join(members, ","))
	}
	if err := r.found(ctx); err != nil {
		return nil, errors.Join(err, r.killAll(ctx), os.RemoveAll(dir))
	}
	r.api = &measure.Etcd{Client: web()}
	for _, n := range r.all {
		r.api.Endpoints = append(r.api.Endpoints, n.Addr)
	}
	return r, nil
}

// found starts the nodes of a new cluster, each as soon as those before it answer at the
// addresses for other nodes. A node without data asks them whether they know it. It waits
// a second for a node that listens and is not ready to answer.
func (r *etcdRegistry) found(ctx context.Context) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var starting sync.WaitGroup
	for i, n := range r.all {
		starting.Go(func() {
			if err := r.c.start(ctx, n, r.command()); err != nil {
				fail(err)
			}
		})
		awaitAnswer(ctx, "http://"+r.peers[i])
	}
	starting.Wait()
	return context.Cause(ctx)
}

// awaitAnswer returns when there is any answer at a URL, or ctx has ended.
func awaitAnswer(ctx context.Context, url string) {
	client := web()
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return
		}
		if resp, err := client.Do(req); err == nil {
			resp.Body.Close()
			return
		}
		select {
		case <-time.After(answerEvery):
		case <-ctx.Done():
		}
	}
}

// answerEvery is how often a node that does not listen yet is asked.
const answerEvery = 10 * time.Millisecond

// start starts nodes at the same time, for none is ready before a majority
// runs. When one fails, it waits for no other.
func (r *etcdRegistry) start(ctx context.Context, nodes []*Node) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var starting sync.WaitGroup
	for _, n := range nodes {
		starting.Go(func() {
			if err := r.c.start(ctx, n, r.command()); err != nil {
				fail(err)
			}
		})
	}
	starting.Wait()
	return context.Cause(ctx)
}

func (r *etcdRegistry) url() string { return "etcd://" + strings.Join(r.api.Endpoints, ",") }

func (r *etcdRegistry) nodes() []*Node { return r.all }

func (r *etcdRegistry) list(ctx context.Context, service string) ([]measure.Instance, error) {
	return r.api.List(ctx, service)
}

func (r *etcdRegistry) leases(ctx context.Context, service string) ([]measure.Lease, error) {
	return r.api.Leases(ctx, service)
}

// leader names the node that says that it leads; none if there is no leader.
func (r *etcdRegistry) leader(ctx context.Context) (string, error) {
	n, err := r.leading(ctx)
	if n == nil {
		return "", err
	}
	return n.Name, nil
}

// leading asks all nodes at the same time which one leads, so that a silent one does not
// delay the others' answers. If none leads, it returns nil and why nodes did not answer.
func (r *etcdRegistry) leading(ctx context.Context) (*Node, error) {
	type answer struct {
		node *Node
		err  error
	}
	var asking sync.WaitGroup
	defer asking.Wait()
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	answers := make(chan answer, len(r.all))
	for _, n := range r.all {
		asking.Go(func() {
			leads, err := r.api.Leads(ctx, n.Addr)
			if leads {
				answers <- answer{n, nil}
			} else {
				answers <- answer{nil, err}
			}
		})
	}
	var errs []error
	for range r.all {
		a := <-answers
		if a.node != nil {
			return a.node, nil
		}
		errs = append(errs, a.err)
	}
	return nil, errors.Join(errs...)
}

func (r *etcdRegistry) command() string { return "etcd" }

// crash kills the leader: without it, nothing is written until another one is elected. If
// no node answers in time who leads, crash asks once more, since the machine itself may
// have stood still.
func (r *etcdRegistry) crash(ctx context.Context) (string, error) {
	n, err := r.leading(ctx)
	if n == nil && errors.Is(err, context.DeadlineExceeded) {
		n, err = r.leading(ctx)
	}
	if n == nil {
		return "", errors.Join(errors.New("etcd has no leader"), err)
	}
	return fmt.Sprintf("the leader of etcd, %s, is killed (SIGKILL)", n.Name), n.kill(ctx)
}

// silence kills nodes until those that are left are no majority.
func (r *etcdRegistry) silence(ctx context.Context) (string, error) {
	left := r.living(true)
	for len(left) > len(r.all)/2 {
		if err := left[0].kill(ctx); err != nil {
			return "", err
		}
		left = left[1:]
	}
	return fmt.Sprintf("%d of %d nodes of etcd are dead (SIGKILL)", len(r.all)-len(left), len(r.all)), nil
}

func (r *etcdRegistry) revive(ctx context.Context) (string, error) {
	dead := r.living(false)
	return fmt.Sprintf("%d nodes of etcd start again", len(dead)), r.start(ctx, dead)
}

// living returns the nodes that run, or those that do not.
func (r *etcdRegistry) living(alive bool) (nodes []*Node) {
	for _, n := range r.all {
		if over(n.process) != alive {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

func (r *etcdRegistry) restart(ctx context.Context) (string, error) {
	if err := r.killAll(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("all %d nodes of etcd are killed and start again", len(r.all)), r.start(ctx, r.all)
}

func (r *etcdRegistry) killAll(ctx context.Context) error {
	for _, n := range r.all {
		if n.process == nil {
			continue // it never started
		}
		if err := n.kill(ctx); err != nil {
			return err
		}
	}
	return nil
}

// renew makes the nodes begin anew at their addresses, and so as a cluster with the ID of
// the old one.
func (r *etcdRegistry) renew(ctx context.Context) (string, error) {
	err := r.killAll(ctx)
	for _, n := range r.all {
		err = cmp.Or(err, os.RemoveAll(filepath.Join(r.dir, n.Name)))
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("all %d nodes of etcd are killed, lose their data and start again", len(r.all)), r.found(ctx)
}
