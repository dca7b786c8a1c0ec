package registry_test

import "example.com/workshop/stage02-registry/registry"

// What a store is made of and asked for changes from stage to stage; the tests
// that use these do not.

func newStore() *registry.Store { return registry.NewStore() }

func put(s *registry.Store, in registry.Instance) error { return s.Put(in) }

func remove(s *registry.Store, service, id string) error { return s.Delete(service, id) }
