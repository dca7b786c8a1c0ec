package main

import "example.com/workshop/stage03-heartbeat/registry"

func newStore() *registry.Store { return registry.NewStore(registry.Options{}) }
