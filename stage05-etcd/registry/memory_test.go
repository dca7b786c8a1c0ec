package registry_test

import (
	"testing"
	"testing/synctest"
	"time"

	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

func TestAStoreIsARegistry(t *testing.T) {
	opts := registry.Options{TTL: 3 * time.Second, Sweep: time.Second}
	registrytest.Run(t, synctest.Test, func(t *testing.T) registrytest.System {
		s := sweeping(t, opts)
		return registrytest.System{Registrar: s, Discovery: s, TTL: opts.TTL, Grace: opts.Sweep}
	})
}
