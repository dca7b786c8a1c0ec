package registry_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"

	"example.com/workshop/stage02-registry/registry"
)

// A store needs no server: one process can keep its list to itself.
func ExampleStore() {
	store := registry.NewStore(registry.Options{})
	for _, addr := range []string{"127.0.0.1:1235", "127.0.0.1:1234"} {
		_, err := store.Put(registry.Instance{Service: "Arith", Addr: addr, Weight: 1})
		if err != nil {
			log.Fatal(err)
		}
	}
	for _, in := range store.Instances("Arith") {
		fmt.Println(in.Service, in.Addr)
	}
	// Output:
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
	list, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", list)
	// Output:
	// [{"service":"Arith","id":"127.0.0.1:1234","addr":"127.0.0.1:1234","network":"tcp","version":"","weight":1}]
}
