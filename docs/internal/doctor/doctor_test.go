package doctor_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/doctor"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
	"example.com/workshop/docs/internal/workspace"
)

// fake is a machine on which all is well, until a test spoils it.
type fake struct {
	doctor.Machine
	answers map[string]string // to commands, by a part of their line
	errors  map[string]string
	taken   []string // addresses
	free    uint64
}

func healthy(t *testing.T) *fake {
	t.Helper()
	f := &fake{
		answers: map[string]string{"go env GOVERSION": "go1.26.1\n", "git --version": "git version 2.40.0\n", "go env GOCACHE": t.TempDir() + "/not/there\n"},
		errors:  map[string]string{},
		free:    10 << 30,
	}
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.work"), []byte("go 1.26.0\n\nuse ./docs\n"), 0o644))
	f.Machine = doctor.Machine{
		Root: root, Stages: []stages.Stage{{Dir: "stage01-rpc"}, {Dir: "stage02-registry"}},
		Run: f.run, Listen: f.listen, Temp: func() error { return nil }, Free: func(string) (uint64, error) { return f.free, nil },
	}
	return f
}

func (f *fake) run(_ context.Context, dir string, env []string, name string, args ...string) (string, error) {
	line := strings.Join(append([]string{name}, args...), " ") + " in " + filepath.Base(dir)
	if name == "go" && !slices.Contains(env, "GOPROXY=off") {
		return "", errors.New("the doctor asks the network")
	}
	for part, text := range f.errors {
		if strings.Contains(line, part) {
			return "", errors.New(text)
		}
	}
	for part, text := range f.answers {
		if strings.Contains(line, part) {
			return text, nil
		}
	}
	return "", nil
}

func (f *fake) listen(_, addr string) (net.Listener, error) {
	if slices.Contains(f.taken, addr) {
		return nil, errors.New("address already in use")
	}
	return net.Listen("tcp", "127.0.0.1:0")
}

// report returns what the doctor prints, and how it ends.
func (f *fake) report(t *testing.T) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := doctor.Report(t.Context(), f.Checks(), term.New(&out))
	for line := range strings.Lines(out.String()) {
		if len(strings.Fields(line)) > 1 { // a path may be as long as it is
			require.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), term.Width, line)
		}
	}
	return out.String(), err
}

func TestAHealthyMachineGetsNoAdvice(t *testing.T) {
	out, err := healthy(t).report(t)
	require.NoError(t, err)
	require.Equal(t, `ok       Go 1.26.1
ok       git 2.40.0
ok       free ports: 1234, 8500, 2379, 8600, 8601
ok       the module cache holds all that is needed without a network
ok       the build cache holds all packages that come from elsewhere
ok       10.0 GB free for the build cache
ok       10.0 GB free for temporary files
`, out)
}

func TestWhatIsMissingOrWorseComesWithAdvice(t *testing.T) {
	for name, c := range map[string]struct {
		spoil   func(*fake)
		want    []string
		missing bool
	}{
		"an old Go": {
			func(f *fake) { f.answers["go env GOVERSION"] = "go1.25.4\n" },
			[]string{"missing  Go 1.25.4 is too old\n         install Go 1.26.0 or newer from https://go.dev/dl\n"}, true,
		},
		"a Go that cannot be had": {
			func(f *fake) { f.errors["go env GOVERSION"] = "module lookup disabled by GOPROXY=off" },
			[]string{"missing  the go command does not work: module lookup disabled by GOPROXY=off\n", "         install Go 1.26.0"}, true,
		},
		"a Go from a development branch": {
			func(f *fake) { f.answers["go env GOVERSION"] = "devel go1.27-abc\n" },
			[]string{"ok       Go devel"}, false,
		},
		"no git": {
			func(f *fake) { f.errors["git --version"] = "executable file not found" },
			[]string{"warning  git does not work: executable file not found\n", "https://git-scm.com"}, false,
		},
		"a port that is taken": {
			func(f *fake) { f.taken = []string{"127.0.0.1:8500"} },
			[]string{
				"ok       free ports: 1234, 2379, 8600, 8601\n",
				"warning  port 8500, for the registry, is taken\n         stop what listens there, or start the registry with another -listen,",
			}, false,
		},
		"modules that must be downloaded": {
			func(f *fake) { f.errors["go list"] = "module lookup disabled by GOPROXY=off" },
			[]string{
				"missing  the workshop needs a network to build: module lookup disabled by\n",
				"         do this once with a network:\n           go run ./docs doctor -fill\n",
			}, true,
		},
		"a stage that needs another version alone": {
			func(f *fake) { f.errors["in stage02-registry"] = "module lookup disabled by GOPROXY=off" },
			[]string{"warning  stage02-registry needs a network to build alone: module lookup disabled", "do this once with a network:\n           go run ./docs doctor -fill\n"}, false,
		},
		"a build cache that is cold": {
			func(f *fake) { f.answers["go list -deps -test -f {{if"] = "fmt\nnet/rpc\n" },
			[]string{"warning  the build cache lacks 2 packages, so the first run takes longer\n         do this once:\n           go run ./docs doctor -fill\n"}, false,
		},
		"no folder for temporary files": {
			func(f *fake) {
				f.Temp = func() error { return errors.New("no folder for temporary files: stat /x: no such file") }
			},
			[]string{"missing  no folder for temporary files: stat /x: no such file\n         name a folder that is there and that you may write to:\n"}, true,
		},
		"a full disk": {
			func(f *fake) { f.free = 100 << 20 },
			[]string{"missing  100 MB free for the build cache, in", "1.0 GB are needed", "go env -w GOCACHE=DIR\n", "missing  100 MB free for temporary files, in"}, true,
		},
		"a disk that is nearly full": {
			func(f *fake) { f.free = 600 << 20 },
			[]string{"missing  600 MB free for the build cache", "ok       600 MB free for temporary files\n"}, true,
		},
		"a disk that does not say": {
			func(f *fake) { f.Free = func(string) (uint64, error) { return 0, errors.New("denied") } },
			[]string{"warning  the free space for the build cache is unknown: denied\n"}, false,
		},
		"a go.work that is gone": {
			func(f *fake) { f.Root = filepath.Join(f.Root, "elsewhere") },
			[]string{"missing  go.work does not say which Go it needs: ", "git checkout go.work\n"}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := healthy(t)
			c.spoil(f)
			out, err := f.report(t)
			for _, want := range c.want {
				require.Contains(t, out, want)
			}
			if c.missing {
				require.ErrorIs(t, err, doctor.ErrMissing)
			} else {
				require.NoError(t, err)
			}
		})
	}
}

func TestTheReportEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := healthy(t)
	f.Run = func(context.Context, string, []string, string, ...string) (string, error) {
		cancel()
		return "", ctx.Err()
	}
	var out bytes.Buffer
	require.ErrorIs(t, doctor.Report(ctx, f.Checks(), term.New(&out)), context.Canceled)
	require.Empty(t, out.String())
}

func TestThisMachineRunsItsOwnTests(t *testing.T) {
	root, err := workspace.Root(".")
	require.NoError(t, err)
	var out bytes.Buffer
	err = doctor.Report(t.Context(), doctor.This(root, nil).Checks()[:2], term.New(&out))
	require.NoError(t, err, out.String())
	require.Contains(t, out.String(), "ok       Go "+strings.TrimPrefix(runtime.Version(), "go"))

	free, err := doctor.This(root, nil).Free(root)
	require.NoError(t, err)
	require.Positive(t, free)
	_, err = doctor.This(root, nil).Run(t.Context(), root, nil, "go", "no-such-command")
	require.ErrorContains(t, err, "go no-such-command: unknown command")
}
