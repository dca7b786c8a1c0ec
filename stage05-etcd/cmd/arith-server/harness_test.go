package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

// serveRegistry serves a registry on a free port until the test ends.
func serveRegistry(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { registry.Serve(ctx, l, h) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return "http://" + l.Addr().String()
}

// watched is a registry that tells the test of every change, before it makes
// it, and waits until the test has looked.
type watched struct {
	store   *registry.Store
	url     string
	changes chan change
}

type change struct {
	path string
	goOn func()
}

func watchRegistry(t *testing.T) *watched {
	t.Helper()
	w := &watched{store: newStore(), changes: make(chan change)}
	h := registry.Handler(w.store)
	w.url = serveRegistry(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		seen := make(chan struct{})
		select {
		case w.changes <- change{r.URL.Path, func() { close(seen) }}:
			<-seen
		case <-t.Context().Done():
		}
		h.ServeHTTP(rw, r)
	}))
	return w
}

// next waits for the next change of this kind. Others go on.
func (w *watched) next(t *testing.T, path string) change {
	t.Helper()
	for timeout := time.After(10 * time.Second); ; {
		select {
		case c := <-w.changes:
			if c.path == path {
				return c
			}
			c.goOn()
		case <-timeout:
			require.FailNow(t, "the registry was never asked for "+path)
		}
	}
}

// requireServes makes a good call on a connection of its own.
func requireServes(t *testing.T, addr string) {
	t.Helper()
	c, err := dialTCP(addr)
	require.NoError(t, err)
	defer c.Close()
	requireProduct(t, c)
}

// serveEtcd serves an etcd on a free port until the test ends.
func serveEtcd(t *testing.T, files mtls.Files) (url string, client *clientv3.Client) {
	t.Helper()
	addr := etcdtest.Start(t, files).Addr()
	return "etcd://" + addr, etcdtest.Client(t, files, addr)
}

// entries returns what etcd holds under the service, by key.
func entries(t *testing.T, client *clientv3.Client, service string) map[string]registry.Instance {
	t.Helper()
	resp, err := client.Get(t.Context(), "/services/"+service+"/", clientv3.WithPrefix())
	require.NoError(t, err)
	found := map[string]registry.Instance{}
	for _, kv := range resp.Kvs {
		require.NotZero(t, kv.Lease, "%s would stay for ever", kv.Key)
		var in registry.Instance
		require.NoError(t, json.Unmarshal(kv.Value, &in))
		found[string(kv.Key)] = in
	}
	return found
}

// entryIn returns an entry in a registry that is a handler in this process. Its serve must
// have closed the registry's client when the test ends.
func entryIn(t *testing.T, h http.Handler) *entry {
	t.Helper()
	transport := &inProcess{Handler: h}
	t.Cleanup(func() { require.True(t, transport.closed, "at the end serve closes the client of the registry") })
	client, err := registry.NewClient("http://127.0.0.1:8500", registry.ClientOptions{
		Transport: transport, Timeout: time.Hour, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	in := registry.Instance{Service: "Arith", ID: "a", Network: "tcp", Weight: 1, Metadata: make(map[string]string)}
	return &entry{in: in, registry: client, left: func() {}}
}
