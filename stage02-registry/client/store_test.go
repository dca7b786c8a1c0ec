package client_test

import "example.com/workshop/stage02-registry/registry"

func newStore() *registry.Store { return registry.NewStore(registry.Options{Logger: quiet}) }
