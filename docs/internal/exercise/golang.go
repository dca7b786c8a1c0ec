package exercise

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scratch"
)

// environment is the environment of a go command about one module. The repository's
// workspace does not apply to it, and neither does a -mod of the user's, which suits
// either a workspace or a single module.
func environment() []string {
	var flags []string
	for _, flag := range strings.Fields(os.Getenv("GOFLAGS")) {
		if !strings.HasPrefix(strings.TrimLeft(flag, "-"), "mod=") {
			flags = append(flags, flag)
		}
	}
	return append(os.Environ(), "GOWORK=off", "GOFLAGS="+strings.Join(flags, " "))
}

// writeOverlay writes the file for the go command's -overlay flag: the files that it
// shows below dir lie in to. It returns the name of that file, or "" if nothing is
// overlaid.
func (o overlay) writeOverlay(dir, to string) (string, error) {
	if len(o.files) == 0 {
		return "", nil
	}
	if err := os.RemoveAll(to); err != nil {
		return "", err
	}
	replace := make(map[string]string)
	for name := range o.files {
		replace[filepath.Join(dir, filepath.FromSlash(name))] = filepath.Join(to, filepath.FromSlash(name))
	}
	if err := o.files.write(to); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(to, "overlay.json")
	return file, os.WriteFile(file, text, 0o644)
}

// CompileError is the compiler's message.
type CompileError struct {
	Lines []string // without those that only name a package
	Files []string // that they are about, with slashes, below the module
}

func (e *CompileError) Error() string { return strings.Join(e.Lines, "\n") }

// onlyTools reports whether the compiler complains only of files that an overlay adds.
func (e *CompileError) onlyTools() bool {
	return len(e.Files) > 0 && !slices.ContainsFunc(e.Files, func(file string) bool {
		return !strings.HasPrefix(path.Base(file), toolPrefix)
	})
}

// complaintAt matches a line of the compiler that names a place.
var complaintAt = regexp.MustCompile(`^(?:vet: )?((?:[A-Za-z]:)?[^:]+\.go):([0-9]+)(?::[0-9]+)?: `)

// compile makes the test binaries of a module's packages, named by their folders
// with slashes, in the folder to. It returns the binaries by package. A package
// that does not compile has a *CompileError instead.
func compile(ctx context.Context, dir, to, overlayFile string, packages []string) (map[string]string, map[string]error, error) {
	binaries, broken := make(map[string]string), make(map[string]error)
	for n, batch := range batches(packages) {
		out := filepath.Join(to, fmt.Sprintf("bin%d", n+1))
		if err := os.MkdirAll(out, 0o755); err != nil {
			return nil, nil, err
		}
		args := []string{"test", "-c", "-o", out + string(filepath.Separator)}
		if overlayFile != "" {
			args = append(args, "-overlay", overlayFile)
		}
		for _, p := range batch {
			binaries[p] = filepath.Join(out, binaryName(dir, p))
			args = append(args, "./"+p)
		}
		said, err := goCommand(ctx, dir, args...)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if err == nil {
			continue
		}
		compileError := complaints(dir, overlayFile, said)
		if len(compileError.Files) == 0 {
			if err := goWorks(ctx); err != nil {
				return nil, nil, err
			}
			if i := slices.IndexFunc(compileError.Lines, noRoom.MatchString); i >= 0 {
				return nil, nil, &NoGoError{compileError.Lines[i]}
			}
		}
		if len(batch) == 1 || len(compileError.Files) == 0 {
			for _, p := range batch {
				broken[p] = compileError
			}
			continue
		}
		// Which packages it breaks is known when each is compiled alone.
		for _, p := range batch {
			said, err := goCommand(ctx, dir, "test", "-c", "-o", binaries[p], "-overlay="+overlayFile, "./"+p)
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			if err != nil {
				broken[p] = complaints(dir, overlayFile, said)
			}
		}
	}
	return binaries, broken, nil
}

// batches returns the packages that one go command can compile together: it names a test
// binary after the last element of a package's path.
func batches(packages []string) [][]string {
	var all [][]string
next:
	for _, p := range packages {
		for i, batch := range all {
			if !slices.ContainsFunc(batch, func(o string) bool { return path.Base(o) == path.Base(p) }) {
				all[i] = append(batch, p)
				continue next
			}
		}
		all = append(all, []string{p})
	}
	return all
}

// binaryName returns the go command's name for the test binary of a package of the module
// in dir, whose path ends as the folder's does.
func binaryName(dir, p string) string {
	name := path.Base(p)
	if p == "." {
		name = filepath.Base(dir)
	}
	if runtime.GOOS == "windows" {
		return name + ".test.exe"
	}
	return name + ".test"
}

// goCommand runs the go command in dir and returns its output. When ctx ends, the command
// is interrupted. The error says how it ended, and is a *NoGoError if it never ran.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	folder, err := scratch.New("check") // a go command that is killed does not clean up after itself
	if err != nil {
		return "", &NoGoError{err.Error()}
	}
	var said bytes.Buffer
	err = proc.Run(ctx, proc.Command{
		Name: "go", Path: "go", Args: args, Dir: dir, Stdout: &said, Stderr: &said, Env: append(environment(), "GOTMPDIR="+folder.Path),
	})
	if errors.Is(err, exec.ErrNotFound) {
		err = &NoGoError{"it is not in the PATH"}
	}
	if left := folder.Remove(); err == nil {
		err = left
	}
	return said.String(), err
}

// NoGoError is the error of a go command that works nowhere, so that nothing is known
// about what it should compile.
type NoGoError struct{ Why string }

func (e *NoGoError) Error() string { return "the go command does not work: " + e.Why }

// goWorks returns a *NoGoError if the go command cannot even compile Go's own packages,
// far from any module.
func goWorks(ctx context.Context) error {
	said, err := goCommand(ctx, os.TempDir(), "build", "errors")
	if _, ok := errors.AsType[*NoGoError](err); ok || err == nil || ctx.Err() != nil {
		return err
	}
	return &NoGoError{strings.Join(complaints(os.TempDir(), "", said).Lines, "; ")}
}

// noRoom matches the system's errors for a disk, a table or a memory that is full.
var noRoom = regexp.MustCompile(`no space left on device|disk quota exceeded|too many open files|cannot allocate memory|[Rr]esource temporarily unavailable|not enough space on the disk|read-only file system`)

// complaints returns the lines of a go command's output that report a mistake in the
// module in dir. It takes what is said of an overlay's file to be about the file that it
// replaces.
func complaints(dir, overlayFile, said string) *CompileError {
	e := &CompileError{}
	replaced := []string{dir + string(filepath.Separator), ""}
	if overlayFile != "" {
		shown := filepath.Dir(overlayFile) + string(filepath.Separator)
		replaced = append(replaced, shown, "")
		if below, err := filepath.Rel(dir, shown); err == nil {
			replaced = append(replaced, below+string(filepath.Separator), "")
		}
	}
	shorten := strings.NewReplacer(replaced...)
	about := make(map[string]bool)
	for line := range strings.Lines(said) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "go: downloading") {
			continue
		}
		line = strings.TrimPrefix(shorten.Replace(line), "."+string(filepath.Separator))
		if found := complaintAt.FindStringSubmatch(line); found != nil {
			about[filepath.ToSlash(found[1])] = true
		}
		if !slices.Contains(e.Lines, line) {
			e.Lines = append(e.Lines, line)
		}
	}
	e.Files = slices.Sorted(maps.Keys(about))
	return e
}
