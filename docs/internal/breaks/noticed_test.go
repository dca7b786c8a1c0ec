//go:build long

package breaks_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/breaks"
	"example.com/workshop/docs/internal/stages"
)

// The stage itself is not touched, and nothing but the broken package and what
// imports it is compiled: go test takes the broken file from elsewhere.
func TestATestOfTheStageNoticesEveryBreak(t *testing.T) {
	for _, s := range stages.All() {
		all, err := breaks.Load(root(t), s)
		require.NoError(t, err)
		for _, b := range all {
			t.Run(s.Dir+"/"+b.Name, func(t *testing.T) {
				t.Parallel() // the tests of a stage mostly wait
				requireNoticed(t, s, b)
			})
		}
	}
}

func requireNoticed(t *testing.T, s stages.Stage, b breaks.Break) {
	if b.Race && !canRace() {
		t.Skip("the race detector needs a C compiler")
	}
	change, err := b.Change(root(t), s)
	require.NoError(t, err)
	dir := filepath.Join(root(t), s.Dir)
	broken := "-overlay=" + overlay(t, filepath.Join(dir, filepath.FromSlash(b.File)), change.After)
	run := func(flags ...string) breaks.Result {
		result, err := b.Run(t.Context(), breaks.Run{Dir: dir, Packages: b.Packages, Flags: flags})
		require.NoError(t, err)
		require.Empty(t, result.Build, "it must compile")
		require.False(t, result.TimedOut, "a test must notice it sooner than by running out of time")
		return result
	}
	began := time.Now()
	skipped := []string{"nothing"}
	for {
		result := run(broken, "-skip=^("+strings.Join(skipped, "|")+")$")
		require.NotEmpty(t, result.Failed, "no test of %s notices it: the stage has a gap there", strings.Join(b.Packages, " "))
		first := result.Failed[0]
		alone := "-run=^" + first.Name + "$"
		if len(run(broken, alone).Failed) > 0 && len(run(alone).Failed) == 0 {
			t.Logf("%s after %v: %s", first.Name, time.Since(began).Round(time.Second/10), strings.Join(first.Message(4), " | "))
			return
		}
		// On a machine that is busy a test may fail by itself, which proves nothing.
		t.Logf("%s has failed by itself: the others have to notice", first.Name)
		skipped = append(skipped, first.Name)
	}
}

// overlay writes a file that has go test read text in the place of path.
func overlay(t *testing.T, path, text string) string {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.go")
	require.NoError(t, os.WriteFile(broken, []byte(text), 0o644))
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {path: broken}})
	require.NoError(t, err)
	file := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(file, replace, 0o644))
	return file
}

// canRace reports whether the race detector can be built here.
func canRace() bool {
	out, err := exec.Command("go", "env", "CGO_ENABLED").Output()
	if err != nil || strings.TrimSpace(string(out)) != "1" {
		return false
	}
	cc, err := exec.Command("go", "env", "CC").Output()
	if err != nil {
		return false
	}
	_, err = exec.LookPath(strings.Fields(string(cc))[0])
	return err == nil
}
