package main

import (
	"errors"
	"fmt"
)

// taken is the beginning of the line in which a node tells the process that has started it
// that a port of it is in use. That process reports it, or chooses other ports.
const taken = "taken "

// takenError says that a node has not started because a port of it was in use.
type takenError struct{ node, why string }

func (e *takenError) Error() string { return fmt.Sprintf("node %s has not started: %s", e.node, e.why) }

// onFreePorts calls start, which chooses ports that are free and has nodes listen on them.
// It calls it again, tries times in all at most, while another program is quicker to take one.
func onFreePorts(tries int, start func() error) (err error) {
	for range tries {
		if err = start(); !isTaken(err) {
			break
		}
	}
	return err
}

func isTaken(err error) bool {
	_, ok := errors.AsType[*takenError](err)
	return ok
}
