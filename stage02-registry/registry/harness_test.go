package registry_test

import (
	"example.com/workshop/stage02-registry/internal/logtest"
	"example.com/workshop/stage02-registry/registry"
)

// What a store is made of and asked for changes from stage to stage; the tests
// that use these do not.

func newStore() *registry.Store { return registry.NewStore(registry.Options{Logger: logtest.Quiet()}) }

// leaseField is what a form says of an instance's lease, of which there is none.
func leaseField(string) string { return "" }

// put puts an instance.
func put(s *registry.Store, in registry.Instance) error {
	_, err := s.Put(in)
	return err
}

// remove removes an instance that was put.
func remove(s *registry.Store, service, id string) error { return s.Delete(service, id, "") }

// removeRegistered removes an instance that was registered with this response.
func removeRegistered(s *registry.Store, in registry.Instance, _ []byte) error {
	return s.Delete(in.Service, in.ID, in.Addr)
}
