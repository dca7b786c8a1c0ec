package registry_test

import (
	"testing"
	"testing/synctest"
	"time"

	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

func TestAClientIsARegistry(t *testing.T) {
	opts := registry.Options{TTL: 3 * time.Second, Sweep: time.Second}
	registrytest.Run(t, synctest.Test, func(t *testing.T) registrytest.System {
		h := newHost(t, opts)
		c := h.client(registry.ClientOptions{})
		return registrytest.System{
			Registrar: c, Discovery: c, TTL: opts.TTL, Grace: 2 * opts.Sweep,
			Outage: h.cut, Restart: h.restart, Poison: h.poison,
		}
	})
}
