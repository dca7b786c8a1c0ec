//go:build ignore

// Break: A list that is returned shares its metadata with the store.
// Invariant: I3
// Seen: One reader adds a note to its list, and every other reader finds the note there; with bad
// luck the registry crashes while it encodes the map.
// From: return s.services[name], in the tutorials' in-process registry
// File: registry/store_list.go
// Package tests: ./registry

package registry

func finish(list []Instance) []Instance {
	slices.SortFunc(list, byID)
	return list
}
