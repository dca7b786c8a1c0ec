//go:build ignore

// Break: Nothing limits the share of retries.
// Invariant: I4
// Seen: The database behind a service is slow, every call times out, and the retries triple
// the load just when the servers can take the least. The service does not recover by itself.
// From: retry policies with a number of attempts and nothing else
// File: client/budget.go
// Package tests: ./client

package client

func (b *budget) spend() bool { return true }
