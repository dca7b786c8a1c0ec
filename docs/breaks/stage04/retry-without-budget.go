//go:build ignore

// Break: A retry costs nothing.
// Invariant: I4
// Seen: The database behind a service is slow, every call times out, and the retries make three
// times the load just when there is least to serve it. It does not come back by itself.
// From: retry policies with a number of attempts and nothing else
// File: client/budget.go
// Package tests: ./client

package client

func (b *budget) spend() bool { return true }
