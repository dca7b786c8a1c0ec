package proc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Builder compiles the commands of the module in dir into the folder out, and
// calls tick as it goes on. Build is one.
type Builder func(ctx context.Context, dir, out string, tick func(elapsed time.Duration)) error

// Build links every command of the module in dir (the folders below its cmd) into
// the folder out, which must exist. While the go command runs, tick is called once
// a second with the time elapsed; nil is allowed. When ctx ends the go command is
// stopped. The program's main calls Copier.
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

// build uses go run to link the commands, because go run keeps executables in go's own
// cache, for as long as that keeps packages. go build would link all of them anew.
func build(ctx context.Context, dir, out string, tick func(elapsed time.Duration), env, flags []string) (err error) {
	sources, err := fs.Glob(os.DirFS(dir), "cmd/*/*.go")
	if err != nil {
		return err
	}
	if len(sources) == 0 {
		return fmt.Errorf("there are no commands in %s", filepath.Join(dir, "cmd"))
	}
	copier, err := execFlag()
	if err != nil {
		return err
	}
	// A go command that is interrupted does not clean up after itself.
	work, err := os.MkdirTemp(out, "go-build-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	var built []string
	began := time.Now()
	for i, source := range sources {
		folder := path.Dir(source)
		if i > 0 && folder == path.Dir(sources[i-1]) {
			continue
		}
		name := filepath.Base(Binary("", path.Base(folder)))
		built = append(built, name)
		cmd := exec.Command("go", slices.Concat([]string{"run", "-buildvcs=false", "-exec", copier}, flags, []string{"./" + folder, filepath.Join(work, name)})...)
		cmd.Dir = dir
		cmd.Env = slices.Concat(cmd.Environ(), env, []string{"GOTMPDIR=" + work, copierEnv + "=1"})
		if err := run(ctx, cmd, began, tick); err != nil {
			return err
		}
	}
	for _, name := range built {
		if err := os.Rename(filepath.Join(work, name), filepath.Join(out, name)); err != nil {
			return err
		}
	}
	return nil
}

// run runs a go command in a module's folder.
func run(ctx context.Context, cmd *exec.Cmd, began time.Time, tick func(time.Duration)) error {
	output := newTail(200)
	cmd.Stdout, cmd.Stderr = output, output
	p, err := start(cmd, "go run", output)
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("the go command is not in the PATH")
	}
	if err != nil {
		return err
	}
	if err := await(ctx, p, began, tick); err != nil {
		return err
	}
	if p.err != nil {
		return fmt.Errorf("%s does not build: %s", filepath.Base(cmd.Dir), cmp.Or(output.Panic(), complaint(output.Lines())))
	}
	return nil
}

// await waits for p to end, calling tick each second with the time since began, and
// interrupts it when ctx ends.
func await(ctx context.Context, p *Process, began time.Time, tick func(time.Duration)) error {
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

// complaint returns the compiler's first useful line: "# package" headings and download
// messages do not describe the mistake.
func complaint(lines []string) string {
	for _, line := range lines {
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "go: downloading") {
			return strings.TrimSpace(line)
		}
	}
	return "the compiler gave no reason"
}
