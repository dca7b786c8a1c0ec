package main

import "example.com/workshop/stage04-balancing/registry"

func newStore() *registry.Store { return registry.NewStore(registry.Options{}) }
