package registry_test

import (
	"context"
	"fmt"
	"log"

	"example.com/workshop/stage05-etcd/registry"
)

// A watcher is pulled: each Next returns all there is by then. It is the same
// with a Client in place of the Store.
func ExampleStore_Watch() {
	ctx := context.Background()
	store := registry.NewStore(registry.Options{})
	watcher, err := store.Watch(ctx, "Arith")
	if err != nil {
		log.Fatal(err)
	}
	defer watcher.Close()
	show := func() {
		snap, err := watcher.Next(ctx)
		if err != nil {
			log.Fatal(err)
		}
		for _, in := range snap.Instances {
			fmt.Print(in.Addr, " weight ", in.Weight, "; ")
		}
		fmt.Println(len(snap.Instances), "in all")
	}
	show()
	in := registry.Instance{Service: "Arith", Addr: "127.0.0.1:1234", Weight: 1}
	registration, err := store.Register(ctx, in)
	if err != nil {
		log.Fatal(err)
	}
	show()
	in.Weight = 0 // no new calls
	if err := registration.Update(ctx, in); err != nil {
		log.Fatal(err)
	}
	show()
	if err := registration.Deregister(ctx); err != nil {
		log.Fatal(err)
	}
	show()
	// Output:
	// 0 in all
	// 127.0.0.1:1234 weight 1; 1 in all
	// 127.0.0.1:1234 weight 0; 1 in all
	// 0 in all
}
