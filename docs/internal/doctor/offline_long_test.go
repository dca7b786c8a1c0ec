//go:build long && linux

package doctor_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
	"example.com/workshop/docs/internal/isolate"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

func TestMain(m *testing.M) {
	isolate.Main()
	os.Exit(m.Run())
}

// offline runs a command in a folder of a fresh clone of the workshop, without a network,
// and returns what it prints.
type offline func(dir string, env []string, name string, args ...string) (string, error)

// clone clones the workshop. Who works in the clone finds it in the workshop's own place,
// so that the go command compiles nothing anew for being elsewhere.
func clone(t *testing.T) (root string, run offline) {
	t.Helper()
	require.NoError(t, isolate.Available())
	root, err := workspace.Root(".")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "workshop")
	require.NoError(t, console.Clone(t.Context(), root, dir))
	return root, func(in string, env []string, name string, args ...string) (string, error) {
		cmd := isolate.Command(name, args...)
		cmd.Dir = in
		cmd.Env = append(append(cmd.Env, "GOPROXY=off"), env...)
		isolate.Put(cmd, dir, root)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
}

func TestWhereTheDoctorSaysSoAFreshCloneWorksWithoutANetwork(t *testing.T) {
	root, run := clone(t)
	out, err := run(root, nil, "go", "run", "./docs", "doctor")
	require.NoError(t, err, "fill the caches first: go run ./docs doctor -fill\n%s", out)
	require.Contains(t, out, "ok       the module cache holds all that is needed without a network\n")

	alone := []string{"GOWORK=off", "GOFLAGS=-mod=mod"}
	for _, s := range stages.All() {
		dir := filepath.Join(root, s.Dir)
		out, err := run(dir, alone, "go", "build", "./...")
		require.NoError(t, err, "%s\n%s", s.Dir, out)
		out, err = run(dir, alone, "go", "vet", "./...")
		require.NoError(t, err, "%s\n%s", s.Dir, out)
	}
	out, err = run(root, nil, "go", "vet", "work")
	require.NoError(t, err, out)
	out, err = run(root, nil, "go", "run", "./docs", "demo", "3")
	require.NoError(t, err, out)
	require.Contains(t, out, "calls failed")
	out, err = run(root, nil, "go", "run", "./docs", "diff", "3")
	require.NoError(t, err, out)
}

// follow does what a participant does: it blanks a function, asks which it is,
// and reads the first page.
const follow = `set -e
go build -o bin/docs ./docs
bin/docs start 3
bin/docs check 3 Store.Beat
mkfifo bin/first
bin/docs -listen 127.0.0.1:0 > bin/first &
read -r listening addr < bin/first
exec 5<>/dev/tcp/127.0.0.1/${addr##*:}
printf 'GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$addr" >&5
head -1 <&5`

func TestExercisesAndGuideWorkWithoutANetwork(t *testing.T) {
	root, run := clone(t)
	out, err := run(root, nil, "bash", "-c", follow)
	require.NoError(t, err, out)
	require.Regexp(t, `(?m)^  blank +3\.\d+ .* Store\.Beat$`, out)
	require.Regexp(t, `HTTP/1\.1 (200|30\d) `, out)
}

func TestWhereACacheIsEmptyTheDoctorSaysThatANetworkIsNeeded(t *testing.T) {
	root, run := clone(t)
	bin := filepath.Join(t.TempDir(), "docs")
	out, err := run(root, nil, "go", "build", "-o", bin, "./docs")
	require.NoError(t, err, out)
	out, err = run(root, []string{"GOMODCACHE=" + t.TempDir()}, bin, "doctor")
	require.ErrorContains(t, err, "exit status 1", out)
	require.Regexp(t, `missing  the workshop needs a network to build: (.|\n)*go run ./docs doctor -fill\n`, out)
}
