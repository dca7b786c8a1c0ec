package main

import (
	"errors"
	"fmt"
)

// taken begins the line in which a node tells its parent process that one of its ports is
// in use. The parent reports that, or chooses other ports.
const taken = "taken "

// takenError is the error of a node that has not started because its port was in use.
type takenError struct{ node, why string }

func (e *takenError) Error() string { return fmt.Sprintf("node %s has not started: %s", e.node, e.why) }

// onFreePorts calls start, which chooses free ports and starts nodes on them. While
// another program takes one first, onFreePorts calls it again, tries times in all at
// most.
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
