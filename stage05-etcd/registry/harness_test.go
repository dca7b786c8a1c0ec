package registry_test

import (
	"log/slog"

	"example.com/workshop/stage05-etcd/registry"
)

// What a store is made of and asked for changes from stage to stage; the tests
// that use these do not.

func newStore() *registry.Store {
	return registry.NewStore(registry.Options{Logger: slog.New(slog.DiscardHandler)})
}

func put(s *registry.Store, in registry.Instance) error {
	_, err := s.Put(in, "", 0)
	return err
}

func remove(s *registry.Store, service, id string) error { return s.Delete(service, id, "") }
