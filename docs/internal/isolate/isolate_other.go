//go:build !linux

package isolate

import (
	"errors"
	"os/exec"
)

// Main does nothing here.
func Main() {}

// Command is a command that is not isolated.
func Command(name string, args ...string) *exec.Cmd { return exec.Command(name, args...) }

// Put does nothing here.
func Put(*exec.Cmd, string, string) {}

// Available says that Command isolates nothing here.
func Available() error { return errors.New("only Linux isolates a command") }
