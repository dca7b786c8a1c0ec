package breaks_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/breaks"
	"example.com/workshop/docs/internal/scratch"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// workshop makes a repository with a space in its name, a stage of one small
// package, and breaks of it.
func workshop(t *testing.T) (root string, s stages.Stage) {
	t.Helper()
	root, s = filepath.Join(t.TempDir(), "the workshop"), stages.Stage{Number: 1, Dir: "stage01-rpc"}
	broken := func(body, packages string) string {
		return "//go:build ignore\n\n// Break: it adds in its own way.\n// Invariant: I2\n// Seen: wrong sums.\n" +
			"// From: a school\n// File: sum/sum.go\n// Package tests: " + packages + "\n\npackage sum\n\n" + body + "\n"
	}
	for name, text := range map[string]string{
		"docs/invariants.md":               "# Invariants\n\n## Stage 01\n\n- **I1** A sum ends.\n- **I2** A sum is right,\n  always.\n",
		"docs/breaks/stage01/minus.go":     broken("func Sum(a, b int) int { return a - b }", "./sum"),
		"docs/breaks/stage01/unnoticed.go": broken("func Sum(a, b int) int { return b + a }", "./sum"),
		"docs/breaks/stage01/wrong.go":     broken("func Sum(a, b int) string { return a }", "./sum"),
		"docs/breaks/stage01/dies.go":      broken("func Sum(a, b int) int { go func() { panic(a) }(); select {} }", "./sum"),
		"docs/breaks/stage01/hangs.go":     broken("func Sum(a, b int) int { time.Sleep(time.Hour); return 0 }", "./sum"),
		"docs/breaks/stage01/detector.go":  broken("func Sum(a, b int) int { println(\"ThreadSanitizer: CHECK failed\"); return 7 }", "./sum"),
		"docs/breaks/stage01/slow.go":      broken("func Sum(a, b int) int { time.Sleep(time.Duration(a) * time.Hour); return 7 }", "./sum"),
		"stage01-rpc/go.mod":               "module example.com/workshop/stage01-rpc\n\ngo 1.26.0\n",
		"stage01-rpc/.hidden/x":            "",
		"stage01-rpc/bin/x":                "",
		"stage01-rpc/sum/sum.go":           "package sum\n\nimport \"time\"\n\nconst Second = time.Second\n\nfunc Sum(a, b int) int { return a + b }\n",
		"stage01-rpc/sum/sum_test.go": `package sum

import "testing"

func TestZero(t *testing.T) {
	if Sum(0, 0) != 0 {
		t.Error("of zeros")
	}
}

func TestOnePlusTwo(t *testing.T) {
	t.Run("sub", func(t *testing.T) {
		if got := Sum(1, 2); got != 3 {
			t.Errorf("got %d, want 3", got)
		}
	})
}
`,
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	return root, s
}

// play runs one break, and types answer if that is not nil.
func play(t *testing.T, name string, answer *string) (string, error) {
	t.Helper()
	root, s := workshop(t)
	var out bytes.Buffer
	p := breaks.Player{Root: root, Stage: s, Screen: term.New(&out)}
	if answer != nil {
		p.Ask = func(context.Context) (string, error) { return *answer, nil }
	}
	err := p.Play(t.Context(), name)
	require.NoFileExists(t, filepath.Join(root, filepath.FromSlash(breaks.CopyDir(s)), "bin", "x"))
	stage, readErr := os.ReadFile(filepath.Join(root, s.Dir, "sum", "sum.go"))
	require.NoError(t, readErr)
	require.Contains(t, string(stage), "return a + b", "the stage itself is not touched")
	return out.String(), err
}

func TestABreakIsShownAndNoticed(t *testing.T) {
	out, err := play(t, "minus", nil)
	require.NoError(t, err)
	require.Equal(t, `Stage 1, minus
it adds in its own way.
From: a school

--- stage01-rpc/sum/sum.go
+++ work/break/stage01-rpc/sum/sum.go
@@ -4,4 +4,4 @@
 
 const Second = time.Second
 
-func Sum(a, b int) int { return a + b }
+func Sum(a, b int) int { return a - b }

running go test ./sum in work/break/stage01-rpc …

1 of 2 tests notice:
  TestOnePlusTwo
      sum_test.go:14: got -1, want 3

TestOnePlusTwo is the first. By hand:
  cd work/break/stage01-rpc && go test -run '^TestOnePlusTwo$' ./sum

What does not hold any more
I2 A sum is right, always.

What you would see in production
wrong sums.
`, out)
}

func TestTheReaderIsAskedAndTold(t *testing.T) {
	for answer, want := range map[string]string{
		"2\n": "As you expected.", "i2": "As you expected.", "I1, I think": "You expected I1.",
	} {
		out, err := play(t, "minus", &answer)
		require.NoError(t, err)
		require.Contains(t, out, "\n  I1 A sum ends.\n  I2 A sum is right, always.\n")
		require.Contains(t, out, want)
	}
	nothing := "\n"
	out, err := play(t, "minus", &nothing)
	require.NoError(t, err)
	require.NotContains(t, out, "You expected")
	require.NotContains(t, out, "As you expected")
}

func TestATestWhoseProcessDiesHasNoticed(t *testing.T) {
	out, err := play(t, "dies", nil)
	require.NoError(t, err)
	require.Contains(t, out, "1 of 1 tests notice:\n  TestZero\n      panic: 0\n")
}

func TestABreakThatIsNoticedByNoTestIsAnError(t *testing.T) {
	_, err := play(t, "unnoticed", nil)
	require.EqualError(t, err, "no test of ./sum notices the break unnoticed")
}

func TestABreakThatDoesNotCompileIsAnErrorWithTheCompilersWords(t *testing.T) {
	_, err := play(t, "wrong", nil)
	require.ErrorContains(t, err, "the break wrong does not compile: ")
	require.ErrorContains(t, err, "sum.go:7:")
}

func TestARaceDetectorThatBreaksDownProvesNothing(t *testing.T) {
	_, err := play(t, "detector", nil)
	require.EqualError(t, err, "the race detector itself broke down, three times")
}

func TestTestsThatHangAreEnded(t *testing.T) {
	dir, b := copyOf(t, "hangs")
	result, err := b.Run(t.Context(), breaks.Run{Dir: dir, Packages: b.Packages, Flags: []string{"-timeout=1s"}})
	require.NoError(t, err)
	require.True(t, result.TimedOut)
	require.Equal(t, "TestZero", result.Failed[0].Name)
}

func TestTheTestsAfterOneThatHasFailedAreNotWaitedFor(t *testing.T) {
	dir, b := copyOf(t, "slow")
	result, err := b.Run(t.Context(), breaks.Run{Dir: dir, Packages: b.Packages})
	require.NoError(t, err)
	require.True(t, result.Stopped)
	require.False(t, result.TimedOut)
	require.Len(t, result.Failed, 1)
	require.Equal(t, "TestZero", result.Failed[0].Name)
}

// copyOf makes a broken copy, and returns its folder.
func copyOf(t *testing.T, name string) (dir string, b breaks.Break) {
	t.Helper()
	root, s := workshop(t)
	all, err := breaks.Load(root, s)
	require.NoError(t, err)
	b, err = breaks.Find(all, s, name)
	require.NoError(t, err)
	_, err = breaks.Copy(root, s, b)
	require.NoError(t, err)
	return filepath.Join(root, filepath.FromSlash(breaks.CopyDir(s))), b
}

func TestTestsThatWereStoppedLeaveNothingBehind(t *testing.T) {
	dir, b := copyOf(t, "hangs")
	tmp := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, tmp)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := b.Run(ctx, breaks.Run{Dir: dir, Packages: b.Packages})
		done <- err
	}()
	require.Eventually(t, func() bool {
		built, err := filepath.Glob(filepath.Join(tmp, "workshop-break-*", "go-build*", "b001", "sum.test*"))
		return err == nil && len(built) > 0
	}, time.Minute, 10*time.Millisecond, "the tests are being run")
	stop()
	require.ErrorIs(t, <-done, context.Canceled)
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestTheBreaksOfAStageAreListed(t *testing.T) {
	root, s := workshop(t)
	var out bytes.Buffer
	require.NoError(t, breaks.Player{Root: root, Stage: s, Screen: term.New(&out)}.List())
	require.Contains(t, out.String(), "Stage 1: 7 ways to break it\n\ndetector\n  it adds in its own way.\n\ndies\n  it adds in its own way.\n\nhangs\n")
	require.Contains(t, out.String(), "\nTo try one: go run ./docs break 1 detector\n")
	require.NotContains(t, out.String(), "I2", "what falls is for the reader to find")
}

func TestAnEarlierCopyIsThrownAway(t *testing.T) {
	root, s := workshop(t)
	all, err := breaks.Load(root, s)
	require.NoError(t, err)
	for _, name := range []string{"minus", "dies"} {
		b, err := breaks.Find(all, s, name)
		require.NoError(t, err)
		change, err := breaks.Copy(root, s, b)
		require.NoError(t, err)
		folder := filepath.Join(root, "work", "break", s.Dir, "sum")
		text, err := os.ReadFile(filepath.Join(folder, "sum.go"))
		require.NoError(t, err)
		require.Equal(t, change.After, string(text))
		require.NoFileExists(t, filepath.Join(folder, "left.go"))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "left.go"), nil, 0o644))
	}
	require.NoDirExists(t, filepath.Join(root, "work", "break", s.Dir, ".hidden"))
}

func TestTwoBreaksAtOnceDoNotShareACopy(t *testing.T) {
	root, s := workshop(t)
	done, err := scratch.Alone(filepath.Join(root, breaks.CopyDir(s)) + ".lock")
	require.NoError(t, err)
	var out bytes.Buffer
	p := breaks.Player{Root: root, Stage: s, Screen: term.New(&out)}
	require.EqualError(t, p.Play(t.Context(), "minus"), "another docs break is at work in work/break/stage01-rpc; wait until it has ended")
	require.NoDirExists(t, filepath.Join(root, breaks.CopyDir(s)))
	done()
	require.NoError(t, p.Play(t.Context(), "minus"))
}
