//go:build ignore

// Break: A list that is handed out shares its metadata with the store.
// Invariant: I3
// Seen: One reader adds a note to what it was given, and every other reader finds it there; with
// bad luck the registry dies while it encodes the map.
// From: return s.services[name], in the tutorials' in-process registry
// File: registry/store_list.go
// Package tests: ./registry

package registry

func finish(list []Instance) []Instance {
	slices.SortFunc(list, byID)
	return list
}
