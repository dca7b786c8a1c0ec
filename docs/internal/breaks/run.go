package breaks

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"slices"
	"sync"
	"time"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scratch"
)

// Run says how tests are run.
type Run struct {
	Dir      string   // the module's folder
	Packages []string // as ./registry
	Flags    []string // of go test, besides
	// Grace is how long the tests go on after one has failed. Tests with etcd would wait
	// for minutes for something that never happens.
	Grace time.Duration
}

// Result is how tests went.
type Result struct {
	Failed   []Test   // in the order in which they ended
	Passed   int      // how many passed
	Stopped  bool     // whether there are more tests, which were not waited for
	Build    []string // what the compiler says, if it does not build
	TimedOut bool     // whether the tests took too long and were ended
	Detector bool     // whether the race detector itself broke down
	Output   []string // what belongs to no test
}

// Test is a test that failed, without its subtests.
type Test struct {
	Package string
	Name    string
	Output  []string // its own and that of its subtests
}

// longest bounds the tests of a package. Those that run in real time take four times as
// long on a busy machine, and with a break they may wait in vain more than once.
const longest = 15 * time.Minute

// Do runs the tests and returns how they went. When ctx ends it ends them, and
// leaves neither a process nor a temporary file behind.
func (r Run) Do(ctx context.Context) (result Result, err error) {
	folder, err := scratch.New("break")
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, folder.Remove()) }()
	tmp := folder.Path
	group := proc.NewGroup(proc.StopGrace)
	defer func() { err = errors.Join(err, group.Close()) }()

	args := slices.Concat([]string{"test", "-json", "-vet=off", "-timeout=" + longest.String()}, r.Flags)
	read, write := io.Pipe()
	p, err := group.Start(proc.Command{
		Name: "go test", Path: "go", Args: append(args, r.Packages...), Dir: r.Dir, Stdout: write,
		Env: []string{"GOWORK=off", "GOTMPDIR=" + tmp, "TMPDIR=" + tmp, "TMP=" + tmp, "TEMP=" + tmp},
	})
	if errors.Is(err, exec.ErrNotFound) {
		return result, errors.New("the go command is not in the PATH")
	}
	if err != nil {
		return result, err
	}
	results, failed := make(chan Result, 1), make(chan struct{})
	go func() { results <- collect(read, sync.OnceFunc(func() { close(failed) })) }()
	stopped, err := r.wait(ctx, p.Done(), failed)
	if stopped || err != nil {
		read.Close() // those that were running have not failed by themselves
	}
	write.Close()
	result = <-results
	result.Stopped = stopped
	if err == nil && p.Err() != nil && len(result.Failed) == 0 && len(result.Build) == 0 && !result.TimedOut && !result.Detector {
		err = p.Err()
	}
	return result, err
}

// wait returns when the tests are done. It returns true if the grace after the first
// failure ended before that. Its error is ctx's.
func (r Run) wait(ctx context.Context, done, failed <-chan struct{}) (stopped bool, err error) {
	select {
	case <-done:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	case <-failed:
	}
	select {
	case <-done:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	case <-time.After(r.Grace):
		return true, nil
	}
}
