//go:build ignore

// Break: Every error counts as a refusal by the server.
// Invariant: I4
// Seen: A retry loop does not send a request again that the server never saw, and a broken cable
// raises the alarm of the service's owner.
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
