package registrytest

import (
	"strings"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

var invalid = []check{
	{name: "refuses an invalid instance at once", run: badInstance},
	{name: "refuses an invalid update", run: badUpdate},
	{name: "refuses to watch an invalid name", run: badName},
}

var badNames = []string{"", ".", "..", "a/b", "a b", "a\n", "é", strings.Repeat("x", 129)}

func badInstance(h harness) {
	bad := func(field string, change func(*registry.Instance)) {
		in := server("Arith", "a")
		change(&in)
		_, err := h.Registrar.Register(h.Context(), in)
		h.fieldError(err, field)
	}
	bad("addr", func(in *registry.Instance) { in.Addr = "no port" })
	bad("network", func(in *registry.Instance) { in.Network = "carrier pigeon" })
	bad("version", func(in *registry.Instance) { in.Version = "1 beta" })
	bad("weight", func(in *registry.Instance) { in.Weight = -1 })
	bad("weight", func(in *registry.Instance) { in.Weight = registry.MaxWeight + 1 })
	bad("metadata", func(in *registry.Instance) { in.Metadata["a key"] = "" })
	for _, name := range badNames {
		bad("service", func(in *registry.Instance) { in.Service = name })
		if name != "" { // an empty ID means the address
			bad("id", func(in *registry.Instance) { in.ID = name })
		}
	}
	h.shows(h.watch("Arith"))
}

func badUpdate(h harness) {
	r := h.register(server("Arith", "a"))
	w := h.watch("Arith")
	h.shows(w, server("Arith", "a"))
	h.fieldError(r.Update(h.Context(), with(server("Arith", "a"), -1)), "weight")
	h.fieldError(r.Update(h.Context(), server("Arith", "b")), "id")
	h.fieldError(r.Update(h.Context(), server("Other", "a")), "service")
	h.quiet(w, 2*h.TTL)
}

func badName(h harness) {
	for _, name := range badNames {
		_, err := h.Discovery.Watch(h.Context(), name)
		h.fieldError(err, "service")
	}
}

func (h harness) fieldError(err error, field string) {
	h.Helper()
	var bad *registry.FieldError
	require.ErrorAs(h, err, &bad)
	require.Equal(h, field, bad.Field)
}
