package registry_test

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// A store needs no server: one process can keep its list to itself.
func ExampleStore() {
	store := registry.NewStore(registry.Options{TTL: time.Minute})
	for _, addr := range []string{"127.0.0.1:1235", "127.0.0.1:1234"} {
		lease, err := store.Put(registry.Instance{Service: "Arith", Addr: addr, Weight: 1}, "", 15*time.Second)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("listed for", lease.TTL)
	}
	for _, in := range store.Instances("Arith") {
		fmt.Println(in.Service, in.Addr)
	}
	// Output:
	// listed for 15s
	// listed for 15s
	// Arith 127.0.0.1:1234
	// Arith 127.0.0.1:1235
}

// What curl -d name=Arith -d addr=127.0.0.1:1234 does, and then curl alone.
func ExampleHandler() {
	server := httptest.NewServer(registry.Handler(registry.NewStore(registry.Options{})))
	defer server.Close()
	resp, err := http.PostForm(server.URL+"/register", url.Values{"name": {"Arith"}, "addr": {"127.0.0.1:1234"}})
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	resp, err = http.Get(server.URL + "/services/Arith")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Instances json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", answer.Instances)
	// Output:
	// [{"service":"Arith","id":"127.0.0.1:1234","addr":"127.0.0.1:1234","network":"tcp","version":"","weight":1}]
}
