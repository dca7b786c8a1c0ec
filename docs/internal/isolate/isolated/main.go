// Command isolated runs a command where there is no network but loopback, and
// ends as it does:
//
//	isolated go test ./...
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"example.com/workshop/docs/internal/isolate"
)

func main() {
	isolate.Main()
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "isolated: it takes a command")
		return 2
	}
	if err := isolate.Available(); err != nil {
		fmt.Fprintln(os.Stderr, "isolated:", err)
		return 1
	}
	cmd := isolate.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok && failed.ExitCode() > 0 {
		return failed.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "isolated:", err)
		return 1
	}
	return 0
}
