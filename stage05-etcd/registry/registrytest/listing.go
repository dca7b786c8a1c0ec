package registrytest

import (
	"fmt"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

var listing = []check{
	{name: "lists an instance with all its fields", run: allFields},
	{name: "fills in the id and the network", run: defaults},
	{name: "lists the instances of a service by id", run: byID},
	{name: "keeps apart services whose names begin alike", run: neighbours},
	{name: "does not share the caller's metadata", run: ownMetadata},
	{name: "shows an update", run: update},
	{name: "gives the entry of a dead server to the one started in its place", run: takeOver},
	{name: "gives it to one at another address too", run: moveIn},
	{name: "bears everything at once", run: concurrent},
}

func allFields(h harness) {
	in := server("Arith", "a")
	h.register(in)
	w := h.watch("Arith")
	snap := h.next(w)
	h.equal(snap, in)
	require.Equal(h, "Arith", snap.Service)
	require.NotZero(h, snap.Revision)
	require.NotZero(h, snap.Synced)
}

func defaults(h harness) {
	given := registry.Instance{Service: "Arith", Addr: "10.0.0.1:1", Metadata: map[string]string{}}
	listed := registry.Instance{Service: "Arith", ID: "10.0.0.1:1", Addr: "10.0.0.1:1", Network: "tcp"}
	r := h.register(given)
	w := h.watch("Arith")
	h.shows(w, listed)
	require.NoError(h, r.Update(h.Context(), with(given, 1)))
	h.shows(w, with(listed, 1))
}

func byID(h harness) {
	for _, id := range []string{"c", "a10", "b", "a9", "A"} {
		h.register(server("Arith", id))
	}
	require.Equal(h, []string{"A", "a10", "a9", "b", "c"}, ids(h.next(h.watch("Arith"))))
}

func neighbours(h harness) {
	names := []string{"foo", "foobar", "foo.bar", "foo:", "fo"}
	watchers := make(map[string]registry.Watcher)
	nobody := h.watch("f")
	h.shows(nobody)
	var away registry.Registration
	for _, name := range names {
		watchers[name] = h.watch(name)
		h.shows(watchers[name])
	}
	for i, name := range names {
		away = h.register(with(server(name, "same"), i))
	}
	for i, name := range names {
		h.shows(watchers[name], with(server(name, "same"), i))
	}
	require.NoError(h, away.Deregister(h.Context()))
	h.shows(watchers["fo"])
	h.register(server("fo", "same"))
	h.shows(watchers["fo"], server("fo", "same"))
	h.quiet(watchers["foo"], h.TTL/4)
	h.quiet(nobody, h.TTL/4)
}

func ownMetadata(h harness) {
	in := server("Arith", "a")
	r := h.register(in)
	in.Metadata["zone"] = "changed by the caller"
	h.shows(h.watch("Arith"), server("Arith", "a"))

	in = with(server("Arith", "a"), 1)
	require.NoError(h, r.Update(h.Context(), in))
	in.Metadata["zone"] = "changed by the caller"
	h.settles(h.watch("Arith"), with(server("Arith", "a"), 1))
}

func update(h harness) {
	in := server("Arith", "a")
	r := h.register(in)
	other := server("Arith", "b")
	h.register(other)
	w := h.watch("Arith")
	h.shows(w, in, other)
	for _, change := range []func(){
		func() { in.Weight = 0 },
		func() { in.Metadata = map[string]string{"draining": "true"} },
		func() { in.Metadata = nil },
		func() { in.Addr, in.Network, in.Version = "10.0.0.2:99", "tcp", "" },
	} {
		change()
		require.NoError(h, r.Update(h.Context(), in))
		h.shows(w, in, other)
	}
	h.quiet(w, 2*h.TTL) // the update is what the beats keep
}

func takeOver(h harness) { h.takesOver(with(server("Arith", "a"), 1)) }

func moveIn(h harness) {
	in := server("Arith", "a")
	in.Addr = "10.0.0.2:1234"
	h.takesOver(in)
}

// takesOver registers in, which has the id of a server that has just died. It waits until
// the dead server's lease has run out.
func (h harness) takesOver(in registry.Instance) {
	h.Helper()
	dead, die := h.mortal(server("Arith", "a"))
	w := h.watch("Arith")
	h.shows(w, server("Arith", "a"))
	die()
	died := time.Now()
	h.register(in)
	require.Greater(h, time.Since(died), h.TTL/2, "it took the entry of one that may live")
	require.LessOrEqual(h, time.Since(died), h.TTL+h.Grace)
	h.settles(w, in)
	h.quiet(w, 3*h.TTL) // the end of the dead server's lease removes nothing
	dead.Deregister(h.Context())
	h.quiet(w, h.TTL/4)
}

func concurrent(h harness) {
	var working, watching sync.WaitGroup
	for i := range 4 {
		watching.Go(func() { // the harness fails a test only on its own goroutine
			w, err := h.Discovery.Watch(h.Context(), "Arith")
			for err == nil {
				_, err = w.Next(h.Context())
			}
		})
		working.Go(func() {
			for round := range 5 {
				in := server("Arith", fmt.Sprint(i))
				if r, err := h.Registrar.Register(h.Context(), in); err == nil {
					r.Update(h.Context(), with(in, round))
					if round < 4 {
						r.Deregister(h.Context())
					}
				}
			}
		})
	}
	working.Wait()
	var want []registry.Instance
	for i := range 4 {
		want = append(want, with(server("Arith", fmt.Sprint(i)), 4))
	}
	h.settles(h.watch("Arith"), want...)
}
