package exercise

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scratch"
)

// testRun is a run of some tests of a package.
type testRun struct {
	binary string
	dir    string   // of the package
	tests  []string // by name
	env    []string
	limit  time.Duration // after which the tests are stopped
	what   string        // what they are, for messages
	doing  *doing        // may be nil
}

// outputLimit bounds how much of the tests' output is kept, since a loop may print for
// ever.
const outputLimit = 4 << 20

// output keeps what is written to it, up to outputLimit, and notices when a test has
// failed.
type output struct {
	failed chan struct{} // closed then

	mu   sync.Mutex // guards the fields below
	text []byte
	told bool
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	from := max(0, len(o.text)-len(failMark))
	o.text = append(o.text, p[:min(len(p), outputLimit-len(o.text))]...)
	if !o.told && bytes.Contains(o.text[from:], []byte(failMark)) {
		o.told = true
		close(o.failed)
	}
	return len(p), nil
}

// failMark begins the line that ends a failed test.
const failMark = "\x16--- FAIL: "

// atOnce is how many tests that may run at the same time do: where one waits in
// vain, another says why.
const atOnce = 8

const (
	// hangGrace is the time, after its limit, in which a test binary reports where it
	// hangs.
	hangGrace = 3 * time.Second
	// failGrace is the time in which a test binary must end after the first test has
	// failed: it may report a panic. Tests that run at the same time may wait for long.
	failGrace = 500 * time.Millisecond
)

// run runs the tests in a process of their own, which ends with ctx. Tests that are
// killed do not clean up, so they get a folder of their own for temporary files.
func (r testRun) run(ctx context.Context) (verdict, error) {
	folder, err := scratch.New("check")
	if err != nil {
		return verdict{}, err
	}
	defer func() { _ = folder.Remove() }() // what cannot be removed is swept by the next start
	group := proc.NewGroup(0)
	said := &output{failed: make(chan struct{})}
	args := []string{
		"-test.run=^(" + strings.Join(r.tests, "|") + ")$", "-test.failfast", "-test.v=test2json", "-test.paniconexit0",
		"-test.timeout=" + r.limit.String(), "-test.parallel=" + strconv.Itoa(max(atOnce, runtime.NumCPU())),
	}
	began := time.Now()
	p, err := group.Start(proc.Command{
		Name: filepath.Base(r.binary), Path: r.binary, Args: args, Dir: r.dir, Stdout: said, Stderr: said,
		Env: append(r.env, "GOWORK=off", "TMPDIR="+folder.Path, "TMP="+folder.Path, "TEMP="+folder.Path),
	})
	if err != nil {
		return verdict{}, err
	}
	r.doing.now(r.what, said)
	defer r.doing.now("", nil)
	hung := false
	limit := time.NewTimer(r.limit + hangGrace)
	defer limit.Stop()
	select {
	case <-p.Done():
	case <-said.failed:
		limit.Reset(failGrace)
		select {
		case <-p.Done():
		case <-limit.C:
		case <-ctx.Done():
		}
	case <-limit.C:
		hung = true
	case <-ctx.Done():
	}
	if err := errors.Join(p.Kill(), group.Close()); err != nil && ctx.Err() == nil {
		return verdict{}, err
	}
	if ctx.Err() != nil {
		return verdict{}, ctx.Err()
	}
	v := read(string(said.text))
	v.Passed = p.Err() == nil && !hung
	v.TimedOut = v.TimedOut || hung
	v.Seconds = time.Since(began).Seconds()
	return v, nil
}
