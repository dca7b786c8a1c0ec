package fakestage

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// registry lists addresses in the order of their registration, for ttl after
// their last beat; for ever without a ttl.
func registry(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("registry", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:8500", "")
	ttl := flags.Duration("ttl", 0, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	s := &store{ttl: *ttl, beats: make(map[string]time.Time)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /register", s.beat)
	mux.HandleFunc("POST /deregister", s.remove)
	mux.HandleFunc("GET /services/Arith", s.list)
	web := &http.Server{Handler: mux}
	defer web.Close()
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	fmt.Println("listening", listener.Addr())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

type store struct {
	ttl time.Duration

	mu    sync.Mutex // guards the fields below
	addrs []string
	beats map[string]time.Time
}

func (s *store) beat(_ http.ResponseWriter, r *http.Request) {
	addr := r.FormValue("addr")
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.beats[addr]; !known {
		s.addrs = append(s.addrs, addr)
	}
	s.beats[addr] = time.Now()
}

func (s *store) remove(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	addr := r.FormValue("addr")
	delete(s.beats, addr)
	s.addrs = slices.DeleteFunc(s.addrs, func(a string) bool { return a == addr })
}

func (s *store) list(w http.ResponseWriter, _ *http.Request) {
	type instance struct {
		Addr string `json:"addr"`
	}
	live := []instance{}
	s.mu.Lock()
	for _, addr := range s.addrs {
		if s.ttl == 0 || time.Since(s.beats[addr]) < s.ttl {
			live = append(live, instance{addr})
		}
	}
	s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(live)
}
