package fakestage

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/workshop/docs/internal/measure"
)

// etcd is a node of a cluster without consensus: the fake servers tell every
// node where they are. It leads if it is the first of those that are there, and
// answers while they are a majority.
func etcd(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("etcd", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:2379", "")
	peer := flags.String("listen-peer", "", "")
	cluster := flags.String("cluster", "", "")
	name := flags.String("name", "", "")
	data := flags.String("data", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	there, err := net.Listen("tcp", *peer)
	if err != nil {
		return err
	}
	defer there.Close()
	n := &member{store: newStore(time.Hour, false)} // until a server says how long
	for _, other := range strings.Split(*cluster, ",") {
		of, url, _ := strings.Cut(other, "=")
		n.peers = append(n.peers, url)
		if of == *name {
			n.self = url
		}
	}
	if err := n.begin(*data); err != nil {
		return err
	}
	go http.Serve(there, http.NotFoundHandler()) // until it is closed
	mux := n.store.handler()
	mux.HandleFunc("POST /v3/kv/range", n.ranges)
	mux.HandleFunc("POST /v3/maintenance/status", n.status)
	return serve(ctx, *listen, mux)
}

type member struct {
	self  string // where peers reach it
	peers []string
	store *store
}

// opening is how long a node takes to make a disk ready, from when it listens.
const opening = 50 * time.Millisecond

// begin asks the peers once, as a node does that has no data yet, and says which of them
// listen and do not answer. It waits for each as long as etcd does.
func (n *member) begin(data string) error {
	begun := filepath.Join(data, "begun")
	if _, err := os.Stat(begun); err == nil {
		return nil
	}
	time.Sleep(opening)
	for _, peer := range n.peers {
		if peer != n.self && os.IsTimeout(get(peer, time.Second)) {
			fmt.Fprintln(os.Stderr, peer, "does not answer")
		}
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	return os.WriteFile(begun, nil, 0o600)
}

// alive returns the peers that are there, itself included.
func (n *member) alive() (alive []string) {
	for _, peer := range n.peers {
		if peer == n.self || reaches(peer) {
			alive = append(alive, peer)
		}
	}
	return alive
}

// reaches reports whether a peer answers anything.
func reaches(peer string) bool { return get(peer, standstill) == nil }

func get(url string, within time.Duration) error {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: within}
	resp, err := client.Get(url)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

func (n *member) ranges(w http.ResponseWriter, _ *http.Request) {
	list := n.store.listed()
	if len(n.alive()) <= len(n.peers)/2 || len(list) == 0 { // it has no disk to remember with
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	type kv struct {
		Value []byte `json:"value"`
	}
	var kvs []kv
	for _, in := range list {
		value, err := json.Marshal(in)
		if err != nil {
			panic(err)
		}
		kvs = append(kvs, kv{value})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"kvs": kvs})
}

func (n *member) status(w http.ResponseWriter, _ *http.Request) {
	leader := ""
	if alive := n.alive(); len(alive) > len(n.peers)/2 {
		leader = alive[0]
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"header": map[string]string{"member_id": n.self}, "leader": leader})
}

// addrs returns where a registry of either kind answers, as HTTP URLs.
func addrs(registry string) (urls []string) {
	nodes, ok := strings.CutPrefix(registry, "etcd://")
	if !ok {
		return []string{registry}
	}
	for _, node := range strings.Split(nodes, ",") {
		urls = append(urls, "http://"+node)
	}
	return urls
}

// lister is a registry of either kind, for the client.
type lister interface {
	List(ctx context.Context, service string) ([]measure.Instance, error)
}

// open returns the registry at a URL; nil if there is none.
func open(registry string) lister {
	nodes, ok := strings.CutPrefix(registry, "etcd://")
	switch {
	case ok:
		return &measure.Etcd{Endpoints: strings.Split(nodes, ",")}
	case registry != "":
		return measure.Registry{URL: registry}
	default:
		return nil
	}
}
