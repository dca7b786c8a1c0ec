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

	"example.com/workshop/docs/internal/measure"
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
	opts, err := options()
	if err != nil {
		return err
	}
	s := newStore(*ttl, opts.Final)
	mux := s.handler()
	mux.HandleFunc("GET /services/Arith", s.list)
	mux.HandleFunc("GET /leases", s.leases)
	return serve(ctx, *listen, mux)
}

// serve says where it listens, and returns when ctx ends.
func serve(ctx context.Context, listen string, mux http.Handler) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
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
	final bool

	mu      sync.Mutex // guards the fields below
	ttl     time.Duration
	addrs   []string
	beats   map[string]time.Duration // by the time that leases run on
	elapsed time.Duration            // of that
	ticked  time.Time                // when it was counted
}

func newStore(ttl time.Duration, final bool) *store {
	s := &store{ttl: ttl, final: final, beats: make(map[string]time.Duration), ticked: time.Now()}
	go func() {
		for range time.Tick(tick) { // as long as the process lives
			s.mu.Lock()
			s.now()
			s.mu.Unlock()
		}
	}()
	return s
}

// tick is how often a registry counts the time of its leases.
const tick = 20 * time.Millisecond

// now is the clock of the leases. As in a stage's own registry, it stops while nobody can
// send a heartbeat because the machine stands still. The caller holds mu.
func (s *store) now() time.Duration {
	s.elapsed += min(time.Since(s.ticked), 5*tick)
	s.ticked = time.Now()
	return s.elapsed
}

// handler takes what servers say.
func (s *store) handler() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /register", s.beat)
	mux.HandleFunc("POST /deregister", s.remove)
	return mux
}

func (s *store) beat(_ http.ResponseWriter, r *http.Request) {
	addr := r.FormValue("addr")
	asked, _ := time.ParseDuration(r.FormValue("ttl"))
	s.mu.Lock()
	defer s.mu.Unlock()
	if asked > 0 && s.ttl > 0 {
		s.ttl = asked
	}
	last, known := s.beats[addr]
	if !known {
		s.addrs = append(s.addrs, addr)
	}
	if known && s.final && !s.live(last) {
		return
	}
	s.beats[addr] = s.now()
}

func (s *store) remove(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	addr := r.FormValue("addr")
	delete(s.beats, addr)
	s.addrs = slices.DeleteFunc(s.addrs, func(a string) bool { return a == addr })
}

func (s *store) list(w http.ResponseWriter, _ *http.Request) {
	_ = json.NewEncoder(w).Encode(s.listed())
}

func (s *store) leases(w http.ResponseWriter, _ *http.Request) {
	leases := []map[string]any{}
	s.mu.Lock()
	for _, addr := range s.addrs {
		if age := s.now() - s.beats[addr]; age < s.ttl {
			leases = append(leases, map[string]any{"service": "Arith", "addr": addr, "ttl": s.ttl.String(), "age_ms": age.Milliseconds()})
		}
	}
	s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(leases)
}

func (s *store) listed() []measure.Instance {
	live := []measure.Instance{}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, addr := range s.addrs {
		if s.live(s.beats[addr]) {
			live = append(live, measure.Instance{Addr: addr})
		}
	}
	return live
}

func (s *store) live(beat time.Duration) bool { return s.ttl == 0 || s.now()-beat < s.ttl }
