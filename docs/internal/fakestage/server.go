package fakestage

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// server answers every byte with the same byte. With a registry it registers,
// beats, and deregisters at the end.
func server(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("arith-server", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:1234", "")
	flags.String("id", "", "")
	registry := flags.String("registry", "", "")
	advertise := flags.String("advertise", "", "")
	ttl := flags.Duration("ttl", time.Hour, "")
	delay := flags.Duration("delay", 0, "")
	faulty := flags.Bool("faulty", false, "")
	grpc := flags.String("grpc", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	addr := listener.Addr().String()
	if *faulty {
		if listener, err = withFaulty(listener); err != nil {
			return err
		}
	}
	go accept(listener, *delay)
	if *grpc != "" { // the same service on another address
		other, err := net.Listen("tcp", *grpc)
		if err != nil {
			return err
		}
		go accept(other, *delay)
	}
	if *registry == "" {
		fmt.Println("listening", addr)
		<-ctx.Done()
		return nil
	}
	// Registered before it says so: servers are listed in the order of their
	// start.
	reached := cmp.Or(*advertise, addr)
	if err := tell(*registry, "/register", reached, *ttl); err != nil {
		return err
	}
	fmt.Println("listening", addr)
	defer func() { _ = tell(*registry, "/deregister", reached, *ttl) }()
	beats := time.NewTicker(*ttl / 3)
	defer beats.Stop()
	for {
		select {
		case <-beats.C:
			_ = tell(*registry, "/register", reached, *ttl) // a server outlives its registry
		case <-ctx.Done():
			return nil
		}
	}
}

func accept(listener net.Listener, delay time.Duration) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			var call [1]byte
			for {
				if _, err := conn.Read(call[:]); err != nil {
					return
				}
				work(delay)
				if _, err := conn.Write(call[:]); err != nil {
					return
				}
			}
		}()
	}
}

// work takes time, as a busy server does.
func work(delay time.Duration) {
	if delay > 0 {
		<-time.After(delay)
	}
}

// tell tells every node of the registry about addr, and returns an error if it
// reached none.
func tell(registry, path, addr string, ttl time.Duration) (err error) {
	client := http.Client{Timeout: standstill}
	if path == "/deregister" { // a server that stops must not wait long
		client.Timeout = time.Second
	}
	reached := false
	for _, node := range addrs(registry) {
		var resp *http.Response
		resp, err = client.PostForm(node+path, url.Values{"name": {"Arith"}, "addr": {addr}, "ttl": {ttl.String()}})
		if err == nil {
			reached = true
			resp.Body.Close()
		}
	}
	if reached {
		return nil
	}
	return err
}
