package client_test

import (
	"context"
	"fmt"
	"net"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry"
	"example.com/workshop/stage04-balancing/server"
)

// static is a Discovery of instances that never change, and its own Watcher.
type static chan []registry.Instance

func (s static) Watch(context.Context, string) (registry.Watcher, error) { return s, nil }

func (s static) Next(ctx context.Context) (registry.Snapshot, error) {
	select {
	case list := <-s: // once
		return registry.Snapshot{Instances: list}, nil
	case <-ctx.Done():
		return registry.Snapshot{}, ctx.Err()
	}
}

func (s static) Close() error { return nil }

// A client of a service whose instances stand in a list.
func ExampleNew() {
	srv := server.New(server.Options{})
	srv.Register(new(arith.Arith))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	go srv.Serve(l, "tcp")
	defer srv.Shutdown(context.Background()) // closes l, and lets calls in progress end

	list := make(static, 1)
	list <- []registry.Instance{{Addr: l.Addr().String(), Weight: 1}}
	c, err := client.New(list, "Arith", client.Options{
		Balancer:   new(balancer.RoundRobin),
		Idempotent: []string{"Arith.Multiply"}, // may run twice, so it may be sent twice
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	var product int
	err = c.Call(context.Background(), "Arith.Multiply", arith.Args{A: 7, B: 8}, &product)
	fmt.Println(product, err)
	// Output: 56 <nil>
}
