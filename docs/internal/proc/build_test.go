package proc_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/proc"
)

// module writes a module with one command and returns its folder, which has a
// space in its name.
func module(t *testing.T, mainFile string) string {
	t.Helper()
	t.Setenv("GOWORK", "off")
	t.Setenv("GORACE", "atexit_sleep_ms=0") // of the test binary, which the go command starts often
	dir := filepath.Join(t.TempDir(), "a stage")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "cmd", "small"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module small\n\ngo 1.26.0\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cmd", "small", "main.go"), []byte(mainFile), 0o644))
	return dir
}

func TestBuildLeavesTheCommandsInTheFolder(t *testing.T) {
	out := filepath.Join(t.TempDir(), "bin of it")
	require.NoError(t, os.Mkdir(out, 0o755))
	require.NoError(t, proc.Build(t.Context(), module(t, "package main\n\nfunc main() { println(\"listening\") }\n"), out, nil))

	group := newGroup(t, time.Minute)
	p, err := group.Start(proc.Command{Name: "small", Path: proc.Binary(out, "small")})
	require.NoError(t, err)
	<-p.Done()
	require.NoError(t, p.Err())
	require.Equal(t, []string{"listening"}, p.Stderr())
}

func TestBuildTellsTheCompilersFirstComplaint(t *testing.T) {
	err := proc.Build(t.Context(), module(t, "package main\n\nfunc main() { missing() }\n"), t.TempDir(), nil)
	require.EqualError(t, err, "a stage does not build: "+filepath.Join("cmd", "small", "main.go")+":3:15: undefined: missing")
}

func TestBuildNamesAFolderThatIsNotThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "stage09")
	require.ErrorContains(t, proc.Build(t.Context(), dir, t.TempDir(), nil), dir)
}

func TestBuildSaysThatAModuleHasNoCommands(t *testing.T) {
	dir := t.TempDir()
	require.EqualError(t, proc.Build(t.Context(), dir, t.TempDir(), nil), "there are no commands in "+filepath.Join(dir, "cmd"))
}

// Or it would play all of its tests, again and again.
func TestAProgramThatForgetsToBeTheCopierIsTold(t *testing.T) {
	t.Setenv("WORKSHOP_COPIER", "1")
	err := proc.Build(t.Context(), module(t, "package main\n\nfunc main() {}\n"), t.TempDir(), nil)
	require.EqualError(t, err, "this program builds, and so its main must call proc.Copier")
}

func TestABuildThatIsInterruptedLeavesNoFile(t *testing.T) {
	dir, out := module(t, "package main\n\nimport _ \"net/http\"\n\nfunc main() {}\n"), t.TempDir()
	t.Setenv("GOCACHE", t.TempDir()) // so that there is much to compile
	ctx, cancel := context.WithCancel(t.Context())
	require.ErrorIs(t, proc.Build(ctx, dir, out, func(time.Duration) { cancel() }), context.Canceled)
	left, err := os.ReadDir(out)
	require.NoError(t, err)
	require.Empty(t, left)
}
