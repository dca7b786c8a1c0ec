package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/internal/embedded"
)

// rejoinTime bounds how long a cluster may take to admit a node that comes back. It
// admits one only after all others have been connected for five seconds.
const rejoinTime = 30 * time.Second

// lostData returns the nodes that have no data although the cluster has some. Such a
// node, if it started, would contradict what it has told the others, and end. It is an
// error if fewer than a majority have data: then nobody knows what was written.
func lostData(root string, count int) (lost map[string]bool, err error) {
	lost = make(map[string]bool)
	for i := range count {
		if _, err := os.Stat(filepath.Join(root, nodeName(i), "member")); errors.Is(err, fs.ErrNotExist) {
			lost[nodeName(i)] = true
		}
	}
	switch {
	case len(lost) == count:
		return nil, nil // the cluster is new
	case count-len(lost) <= count/2:
		return nil, fmt.Errorf("-data %s holds the data of %d nodes of %d, which is no majority: remove it to begin anew", root, count-len(lost), count)
	}
	return lost, nil
}

// comeBack removes the node that has lost its data from the cluster of nodes, and starts
// it as a new member, which gets the data from the others. If that fails, the cluster
// goes on without the node, and the next start tries again.
func (c config) comeBack(ctx context.Context, nodes []*process, name string, args []string) []*process {
	slog.Warn("a node has lost its data: it joins the others as a new member, which takes some seconds", "name", name)
	err := c.replace(ctx, nodes, embedded.Scheme(c.TLS)+"://"+args[slices.Index(args, "-listen-peer")+1])
	if err == nil {
		var p *process
		if p, err = start(name, append(args, "-join")); err == nil {
			if err = ready(ctx, []*process{p}); err == nil {
				return []*process{p}
			}
		}
	}
	if ctx.Err() == nil {
		slog.Error("the cluster goes on without a node: stop it and start it again to have another try", "name", name, "err", err)
	}
	return nil
}

// replace replaces the member that the others reach at url by a new one.
func (c config) replace(ctx context.Context, nodes []*process, url string) error {
	ctx, cancel := context.WithTimeout(ctx, rejoinTime)
	defer cancel()
	secure, err := c.TLS.Client()
	if err != nil {
		return err
	}
	var endpoints []string
	for _, p := range nodes {
		endpoints = append(endpoints, p.listens)
	}
	client, err := clientv3.New(clientv3.Config{Endpoints: endpoints, TLS: secure, Logger: zap.NewNop()})
	if err != nil {
		return err
	}
	defer client.Close()
	list, err := client.MemberList(ctx)
	if err != nil {
		return err
	}
	for _, m := range list.Members {
		if slices.Contains(m.PeerURLs, url) {
			if _, err := client.MemberRemove(ctx, m.ID); err != nil {
				return err
			}
		}
	}
	for {
		if _, err = client.MemberAdd(ctx, []string{url}); err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}
