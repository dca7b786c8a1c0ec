package etcd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/registry"
)

// W6: one bad entry does not take the others with it, and is logged once.
func TestMalformedEntriesAreLeftOutAndLoggedOnce(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	log := new(logtest.Buffer)
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	client, path := raw(t, n.Addr()), proxytest.Start(t, n.Addr())
	a := server("a", "10.0.0.1:1")
	store(t, client, opts, a)
	bad := map[string]string{
		"1/json":     `{`,
		"1/addr":     `{"addr":"no port"}`,
		"1/other":    `{"addr":"10.0.0.1:1","service":"Other"}`,
		"2/version":  `{"addr":"10.0.0.1:1","version":"1"}`,
		"1/id":       `{"addr":"10.0.0.1:1","id":"a"}`,
		"noversion":  `{"addr":"10.0.0.1:1"}`,
		"1/a/b":      `{"addr":"10.0.0.1:1"}`,
		"1/weight":   `{"addr":"10.0.0.1:1","weight":-1}`,
		"1/metadata": `{"addr":"10.0.0.1:1","metadata":"x"}`,
	}
	for key, value := range bad {
		_, err := client.Put(t.Context(), opts.Prefix+"Arith/"+key, value)
		require.NoError(t, err)
	}
	w := watch(t, dial(t, path.Addr(), opts))
	shows(t, w, a)
	path.Swallow(true) // so that the list is read again
	snap, ok := within(t, w, longest)
	require.True(t, ok && snap.Stale)
	path.Swallow(false)
	shows(t, w, a)
	require.Equal(t, len(bad), strings.Count(log.String(), "malformed"), "%s", log)

	_, err := client.Put(t.Context(), opts.Prefix+"Arith/v1/10.0.0.2:8080", `{"addr":"10.0.0.2:8080"}`)
	require.NoError(t, err)
	shows(t, w, registry.Instance{
		Service: "Arith", ID: "10.0.0.2:8080", Addr: "10.0.0.2:8080", Network: "tcp", Version: "v1", Weight: 1,
	}, a)
}

// Whoever writes a malformed entry again and again does not fill the log of those who
// watch. What is left out is counted (package loglimit).
func TestAMalformedEntryThatChangesDoesNotFillTheLog(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), unhurried(), new(logtest.Buffer)
	opts.Logger = log.Logger()
	client := raw(t, n.Addr())
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w)
	began := time.Now()
	for i := range 100 {
		_, err := client.Put(t.Context(), opts.Prefix+"Arith/1/a", fmt.Sprint("{", i))
		require.NoError(t, err)
	}
	b := server("b", "10.0.0.2:1")
	store(t, client, opts, b)
	shows(t, w, b)
	intervals := 1 + int(time.Since(began)/(10*time.Second))
	require.LessOrEqual(t, strings.Count(log.String(), "malformed"), 22*intervals, "20 lines, the 32nd and the 64th")
	require.Contains(t, log.String(), `key=`+opts.Prefix+`Arith/1/a value="\"{0\""`)
}

// E2 again: what somebody has put by hand stays listed, and keeps its id, until
// somebody takes it away. Both who lists it and who waits for the id say how.
func TestWhatHasNoLeaseIsSaidAndHowToRemoveIt(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), unhurried(), new(logtest.Buffer)
	opts.Logger = log.Logger()
	client, r, a := raw(t, n.Addr()), dial(t, n.Addr(), opts), server("a", "10.0.0.1:1")
	claim := opts.Prefix + "=id/Arith/a"
	_, err := client.Put(t.Context(), claim, `{"addr":"10.0.0.9:9"}`)
	require.NoError(t, err)
	registered := make(chan error, 1)
	go func() {
		_, err := r.Register(t.Context(), a)
		registered <- err
	}()
	has := func(text string) {
		t.Helper()
		require.Eventually(t, func() bool { return strings.Contains(log.String(), text) }, longest, 10*time.Millisecond, "%s", text)
	}
	has("a of Arith is 10.0.0.9:9")
	has("the claim has no lease: etcdctl del " + claim + " removes it")
	_, err = client.Delete(t.Context(), claim)
	require.NoError(t, err)
	require.NoError(t, <-registered)
	b := server("b", "10.0.0.2:1")
	store(t, client, opts, b)
	w := watch(t, r)
	shows(t, w, a, b)
	has("has no lease and stays whatever becomes of its server: etcdctl del KEY removes it\" service=Arith key=" + opts.Prefix + "Arith/1.2.3/b\n")
	require.NotContains(t, log.String(), "key="+opts.Prefix+"Arith/1.2.3/a", "that has one")
}

// FuzzDecode looks for entries that are taken for an instance and are none, or
// for one that belongs under another key.
func FuzzDecode(f *testing.F) {
	for _, entry := range [][2]string{
		{"1.2.3/a", `{"service":"Arith","id":"a","addr":"10.0.0.1:1","network":"tcp","version":"1.2.3","weight":1,"metadata":{"k":"v"}}`},
		{"v1/10.0.0.1:8080", `{"addr":"10.0.0.1:8080"}`},
		{"-/a", `{"addr":"10.0.0.1:1"}`},
		{"-/a", `{"addr":"10.0.0.1:1","version":"-"}`},
		{"1/a", `{`},
		{"1/a", `null`},
		{"1/a", `[]`},
		{"1/a", `10.0.0.1:8080`},
		{"1/a", ``},
		{"1/a", `{"addr":"no port"}`},
		{"1/a", `{"addr":"10.0.0.1:1","service":"Other"}`},
		{"1/a", `{"addr":"10.0.0.1:1","version":"2"}`},
		{"1/a", `{"addr":"10.0.0.1:1","id":"b"}`},
		{"1/a", `{"addr":"10.0.0.1:1","weight":-1}`},
		{"1/a", `{"addr":"10.0.0.1:1","weight":1e99}`},
		{"1/a", `{"addr":"10.0.0.1:1","metadata":"x"}`},
		{"1/a/b", `{"addr":"10.0.0.1:1"}`},
		{"/a", `{"addr":"10.0.0.1:1"}`},
		{"1/", `{"addr":"10.0.0.1:1"}`},
		{"1", `{"addr":"10.0.0.1:1"}`},
		{"", `{"addr":"10.0.0.1:1"}`},
	} {
		f.Add(entry[0], entry[1])
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		key = "/services/Arith/" + key
		in, err := etcd.Decode("Arith", key, value)
		if err != nil {
			return
		}
		require.NoError(t, in.Validate())
		require.Equal(t, "Arith", in.Service)
		require.Equal(t, key, etcd.EntryKey(in))
		written, err := json.Marshal(in)
		require.NoError(t, err)
		again, err := etcd.Decode("Arith", key, string(written))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(again, in))
	})
}

// A slow log keeps nobody waiting.
func TestNextDoesNotWaitForTheLog(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	log := &stuckLog{stuck: make(chan struct{}), release: make(chan struct{})}
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w)
	_, err := raw(t, n.Addr()).Put(t.Context(), opts.Prefix+"Arith/1/bad", "{")
	require.NoError(t, err)
	<-log.stuck
	late := time.AfterFunc(longest, func() { close(log.release) })
	quiet(t, w, verify)
	require.True(t, late.Stop(), "it waited")
	close(log.release)
}

// stuckLog blocks at the first malformed entry, until it is released.
type stuckLog struct {
	once           sync.Once // for stuck
	stuck, release chan struct{}
}

func (l *stuckLog) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("malformed")) {
		l.once.Do(func() { close(l.stuck) })
		<-l.release
	}
	return len(p), nil
}
