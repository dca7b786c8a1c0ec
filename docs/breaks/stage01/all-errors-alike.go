//go:build ignore

// Break: Whatever goes wrong counts as a refusal of the server.
// Invariant: I4
// Seen: A retry that trusts it sends nothing again though the server never saw the request, and an
// alarm calls the service's owner for a broken cable.
// From: if err != nil { return fmt.Errorf("call failed: %v", err) }, after which nobody can tell
// File: client/outcome.go
// Package tests: ./client

package client

func OutcomeOf(err error) Outcome {
	if err == nil {
		return Acknowledged
	}
	return Refused
}
