package proc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Builder compiles the commands of the module in dir into the folder out, and
// calls tick as it goes on. Build is one.
type Builder func(ctx context.Context, dir, out string, tick func(elapsed time.Duration)) error

// Build compiles every command of the module in dir (its ./cmd/... packages)
// into the folder out, which must exist. While the compiler runs, tick is
// called once a second with the time elapsed; nil is allowed. When ctx ends the
// compiler is stopped.
func Build(ctx context.Context, dir, out string, tick func(elapsed time.Duration)) error {
	return BuildWith(nil)(ctx, dir, out, tick)
}

// BuildWith returns a Build that gives the go command more flags, and an
// environment on top of this process's own.
func BuildWith(env []string, flags ...string) Builder {
	return func(ctx context.Context, dir, out string, tick func(elapsed time.Duration)) error {
		return build(ctx, dir, out, tick, env, flags)
	}
}

func build(ctx context.Context, dir, out string, tick func(elapsed time.Duration), env, flags []string) (err error) {
	if _, err := os.Stat(dir); err != nil {
		return err
	}
	// A go build that is interrupted does not clean up after itself.
	work, err := os.MkdirTemp(out, "go-build-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	output := newTail(200)
	// The separator at the end makes go build treat out as a folder even when
	// it builds a single command.
	args := append([]string{"build", "-buildvcs=false", "-o", out + string(filepath.Separator)}, flags...)
	cmd := exec.Command("go", append(args, "./cmd/...")...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = output, output
	cmd.Env = append(append(cmd.Environ(), env...), "GOTMPDIR="+work)
	p, err := start(cmd, "go build", output)
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("the go command is not in the PATH")
	}
	if err != nil {
		return err
	}
	if err := await(ctx, p, tick); err != nil {
		return err
	}
	if p.err != nil {
		return fmt.Errorf("%s does not build: %s", filepath.Base(dir), complaint(output.Lines()))
	}
	return nil
}

// await waits for p to end, calling tick each second, and interrupts it when
// ctx ends.
func await(ctx context.Context, p *Process, tick func(time.Duration)) error {
	began := time.Now()
	seconds := time.NewTicker(time.Second)
	defer seconds.Stop()
	for {
		select {
		case <-p.Done():
			return nil
		case <-seconds.C:
			if tick != nil {
				tick(time.Since(began))
			}
		case <-ctx.Done():
			return errors.Join(ctx.Err(), p.finish(buildGrace))
		}
	}
}

// buildGrace is how long an interrupted compiler may take to end before it is
// killed.
const buildGrace = 3 * time.Second

// Binary is the path of the command name in the folder dir that Build filled.
func Binary(dir, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(dir, name)
}

// complaint is the compiler's first real line: "# package" headings and
// download notes say nothing about the mistake.
func complaint(lines []string) string {
	for _, line := range lines {
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "go: downloading") {
			return strings.TrimSpace(line)
		}
	}
	return "the compiler gave no reason"
}
