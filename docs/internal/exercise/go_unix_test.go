//go:build unix

package exercise_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

func TestWithoutAGoCommandThatWorksNothingIsSaidOfTheCopy(t *testing.T) {
	w := begun(t, exercise.StartOptions{})
	checked := func() error {
		_, err := exercise.Check(t.Context(), w, exercise.CheckOptions{})
		require.ErrorAs(t, err, new(*exercise.NoGoError))
		return err
	}
	t.Run("no build cache", func(t *testing.T) {
		t.Setenv("GOCACHE", "off")
		require.ErrorContains(t, checked(), "the go command does not work: build cache is disabled by GOCACHE=off")
	})
	t.Run("no temporary files", func(t *testing.T) {
		t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
		require.ErrorContains(t, checked(), "the go command does not work: no folder for temporary files: ")
	})
	t.Run("no go command", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		require.ErrorContains(t, checked(), "the go command does not work: it is not in the PATH")
	})
}

func TestAFullDiskIsNoMistakeInTheCopy(t *testing.T) {
	w := begun(t, exercise.StartOptions{})
	bin := t.TempDir()
	save(t, filepath.Join(bin, "go"), "#!/bin/sh\ntest $1 = build && exit 0\necho '# sums.test'\necho '/go/link: mapping output file failed: no space left on device'\nexit 1\n")
	require.NoError(t, os.Chmod(filepath.Join(bin, "go"), 0o755))
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	_, err := exercise.Check(t.Context(), w, exercise.CheckOptions{})
	require.EqualError(t, err, "the go command does not work: /go/link: mapping output file failed: no space left on device")
}

// A go command that is killed leaves its files to whoever starts next.
func TestTheGoCommandWritesWhereTheNextStartSweeps(t *testing.T) {
	w := begun(t, exercise.StartOptions{})
	bin := t.TempDir()
	save(t, filepath.Join(bin, "go"), "#!/bin/sh\necho $GOTMPDIR $(ps -o pgid= -p $$) $$ > "+filepath.Join(bin, "said")+"\nexit 1\n")
	require.NoError(t, os.Chmod(filepath.Join(bin, "go"), 0o755))
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	_, err := exercise.Check(t.Context(), w, exercise.CheckOptions{})
	require.ErrorAs(t, err, new(*exercise.NoGoError))
	said := strings.Fields(load(t, filepath.Join(bin, "said")))
	require.Len(t, said, 3)
	require.Contains(t, filepath.Base(said[0]), "workshop-check-")
	require.NoDirExists(t, said[0])
	require.Equal(t, said[1], said[2], "it leads a process group of its own, which can be ended as a whole")
}

// busy is a test that fails while another program does the same.
func busy(pkg, name, dir string) string {
	return strings.NewReplacer("PKG", pkg, "NAME", name, "BUSY", filepath.ToSlash(filepath.Join(dir, "busy"))).Replace(`package PKG

import (
	"os"
	"syscall"
	"testing"
	"time"
)

func NAME(t *testing.T) {
	f, err := os.OpenFile("BUSY", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		t.Fatal("another one is at it")
	}
	time.Sleep(500 * time.Millisecond)
}
`)
}

func TestWhatFailsBesideOthersIsTriedByItself(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	solve(t, w, "sum/sum.go", "parse")
	solve(t, w, "count/count.go", "Counter.Next")
	dir := t.TempDir()
	save(t, filepath.Join(w.Dir, "limits_test.go"), busy("sums_test", "TestLimits", dir))
	save(t, filepath.Join(w.Dir, "sum", "spaces_test.go"), busy("sum_test", "TestSpaces", dir))
	r := check(t, w, exercise.CheckOptions{})
	require.Contains(t, r.Next, "stage 1 is solved")
}
