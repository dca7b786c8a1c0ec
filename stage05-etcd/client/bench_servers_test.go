package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/server"
)

// serversVar in its environment makes the test binary a server process.
const serversVar = "WORKSHOP_BENCH_SERVERS"

// servers is what the benchmarks call.
type servers struct {
	Bare     string   // a plain rpc.Server
	Ours     []string // three servers of the workshop
	Registry string   // URL of a registry that lists them
}

// startServers starts everything in this process.
func startServers() (servers, func(), error) {
	var s servers
	var closers []io.Closer
	stop := func() {
		for _, c := range closers {
			c.Close()
		}
	}
	listen := func() (net.Listener, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			closers = append(closers, l)
		}
		return l, err
	}
	bare := rpc.NewServer()
	l, err := listen()
	if err = errors.Join(err, bare.Register(new(arith.Arith)), bare.Register(Echo{})); err != nil {
		return s, stop, err
	}
	s.Bare = l.Addr().String()
	go bare.Accept(l)
	store := registry.NewStore(registry.Options{})
	for i := range 3 {
		l, err := listen()
		srv := server.New(server.Options{})
		if err = errors.Join(err, srv.Register(new(arith.Arith)), srv.Register(Echo{})); err != nil {
			return s, stop, err
		}
		closers = append(closers, closer(func() { srv.Shutdown(context.Background()) }))
		go srv.Serve(l, "tcp")
		s.Ours = append(s.Ours, l.Addr().String())
		in := registry.Instance{Service: "Arith", ID: fmt.Sprint(i), Addr: l.Addr().String(), Weight: 1}
		if _, err := store.Put(in, "", 0); err != nil {
			return s, stop, err
		}
	}
	l, err = listen()
	if err != nil {
		return s, stop, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	closers = append(closers, closer(cancel))
	go registry.Serve(ctx, l, registry.Handler(store))
	s.Registry = "http://" + l.Addr().String()
	return s, stop, nil
}

type closer func()

func (c closer) Close() error { c(); return nil }

// serveUntilEOF is the server process: it prints where its servers listen, and
// ends with its standard input.
func serveUntilEOF() {
	s, _, err := startServers()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(s)
	io.Copy(io.Discard, os.Stdin)
}

// startProcess starts everything in a process of its own.
func startProcess(b *testing.B) servers {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), serversVar+"=1")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(b, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	var s servers
	require.NoError(b, json.NewDecoder(stdout).Decode(&s))
	return s
}
