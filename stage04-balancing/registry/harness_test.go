package registry_test

import (
	"encoding/json"
	"testing"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/registry"
)

// What a store is made of and asked for changes from stage to stage; the tests
// that use these do not.

func newStore() *registry.Store { return registry.NewStore(registry.Options{Logger: logtest.Quiet()}) }

// sweeping returns a store that sweeps until the test ends.
func sweeping(t *testing.T, opts registry.Options) *registry.Store {
	t.Helper()
	if opts.Logger == nil {
		opts.Logger = logtest.Quiet()
	}
	s := registry.NewStore(opts)
	go s.Run(t.Context())
	return s
}

// leaseOf is the lease under which put puts an instance.
func leaseOf(id string) string { return "lease-of-" + id }

// leaseField is what a form says of that lease.
func leaseField(id string) string { return "&lease=" + leaseOf(id) }

// put puts an instance under a lease of its own.
func put(s *registry.Store, in registry.Instance) error {
	_, err := s.Put(in, leaseOf(in.WithDefaults().ID), 0)
	return err
}

// beat renews the lease of an instance that was put.
func beat(s *registry.Store, service, id string) error {
	_, err := s.Beat(service, id, leaseOf(id))
	return err
}

// remove removes an instance that was put.
func remove(s *registry.Store, service, id string) error { return s.Delete(service, id, leaseOf(id)) }

// removeRegistered removes an instance that was registered with this response.
func removeRegistered(s *registry.Store, in registry.Instance, response []byte) error {
	var granted struct{ Lease string }
	if err := json.Unmarshal(response, &granted); err != nil {
		return err
	}
	return s.Delete(in.Service, in.ID, granted.Lease)
}
