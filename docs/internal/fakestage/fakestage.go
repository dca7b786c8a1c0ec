// Package fakestage lets a test binary play the commands of a stage: a
// registry, a server and a client that keep to the workshop's command line, and
// do just enough to be killed and to notice. Tests of the programs that run
// stages use it, so that they need no compiler and take a second, not a minute.
//
// The one rule: TestMain calls Main before anything else.
package fakestage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"example.com/workshop/docs/internal/proc"
)

// Options say how the fakes differ from a good stage. They are in a file beside the
// commands.
type Options struct {
	Second   time.Duration // how long a second of the client's report takes; 0 means a second
	Timeout  time.Duration // how long the client waits for an answer; 0 means standstill
	Tamper   Tamper        // how the client breaks its report; empty means not at all
	Spread   bool          // the client calls all servers in turn, and another one when a call fails
	Recovers bool          // the server answers a method that panics, and lives on
	Final    bool          // the registry never lists a server again that it has evicted
}

// standstill is longer than a process on a busy machine stands still.
const standstill = 10 * time.Second

// Tamper is a way to break a measurement.
type Tamper string

// The ways to break a measurement.
const (
	Failing Tamper = "failing" // the client ends with an error
	Garbled Tamper = "garbled" // it prints something else
	Short   Tamper = "short"   // it makes half the calls
	Silent  Tamper = "silent"  // it hangs
)

var commands = map[string]func(ctx context.Context, args []string) error{
	"arith-server": server,
	"arith-client": client,
	"registry":     registry,
	"etcd":         etcd,
}

// Main plays the command that the binary was started as, and does not return
// then. Under any other name it returns, and has the race detector not hold up
// the children's exit, as it does by a second otherwise.
func Main() {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	command, ok := commands[name]
	if !ok {
		os.Setenv("GORACE", "atexit_sleep_ms=0")
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Install puts the commands into dir, as copies of the running test binary.
func Install(dir string, opts Options) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for name := range commands {
		if err := place(self, proc.Binary(dir, name)); err != nil {
			return err
		}
	}
	text, err := json.Marshal(opts)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, optionsFile), text, 0o644)
}

const optionsFile = "options.json"

// options are those that the running command was installed with.
func options() (opts Options, err error) {
	text, err := os.ReadFile(filepath.Join(filepath.Dir(os.Args[0]), optionsFile))
	if err != nil {
		return Options{}, err
	}
	return opts, json.Unmarshal(text, &opts)
}

// place links where the system can, for test binaries are large.
func place(from, to string) error {
	if os.Symlink(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
