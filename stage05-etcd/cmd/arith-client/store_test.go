package main

import "example.com/workshop/stage05-etcd/registry"

func newStore() *registry.Store { return registry.NewStore(registry.Options{}) }
