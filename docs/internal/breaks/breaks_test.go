package breaks_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/breaks"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

var findRoot = sync.OnceValues(func() (string, error) { return workspace.Root(".") })

// root is the repository's.
func root(t *testing.T) string {
	t.Helper()
	dir, err := findRoot()
	require.NoError(t, err)
	return dir
}

func TestEveryStageHasFiveBreaksOrMore(t *testing.T) {
	for _, s := range stages.All() {
		all, err := breaks.Load(root(t), s)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(all), 5, s.Dir)
	}
}

func TestEveryBreakFitsItsFileAndNamesAnInvariant(t *testing.T) {
	invariants, err := breaks.Invariants(root(t))
	require.NoError(t, err)
	for _, s := range stages.All() {
		all, err := breaks.Load(root(t), s)
		require.NoError(t, err)
		for _, b := range all {
			change, err := b.Change(root(t), s)
			require.NoError(t, err)
			require.NotEqual(t, change.Before, change.After, "%s of %s changes nothing", b.Name, s.Dir)
			require.NotEmpty(t, breaks.Sentence(invariants[s.Number], b.Invariant), "%s of %s names %s", b.Name, s.Dir, b.Invariant)
			for _, p := range b.Packages {
				require.DirExists(t, filepath.Join(root(t), s.Dir, filepath.FromSlash(p)))
			}
		}
	}
}

func TestEveryInvariantIsMadeToFallByABreak(t *testing.T) {
	invariants, err := breaks.Invariants(root(t))
	require.NoError(t, err)
	for _, s := range stages.All() {
		of := invariants[s.Number]
		require.GreaterOrEqual(t, len(of), 3, s.Dir)
		require.LessOrEqual(t, len(of), 5, s.Dir)
		all, err := breaks.Load(root(t), s)
		require.NoError(t, err)
		for _, i := range of {
			require.True(t, slices.ContainsFunc(all, func(b breaks.Break) bool { return b.Invariant == i.ID }), "%s of %s", i.ID, s.Dir)
		}
	}
}

func TestAMistypedNameIsToldTheNearest(t *testing.T) {
	all := []breaks.Break{{Name: "doubled-ttl"}, {Name: "beat-by-service"}, {Name: "lease-ignored"}}
	s := stages.All()[2]
	got, err := breaks.Find(all, s, "beat-by-service")
	require.NoError(t, err)
	require.Equal(t, "beat-by-service", got.Name)
	_, err = breaks.Find(all, s, "beat-by-servce")
	require.EqualError(t, err, `stage 3 has no break "beat-by-servce"; did you mean beat-by-service?`)
	_, err = breaks.Find(all, s, "WRONG")
	require.ErrorContains(t, err, `stage 3 has no break "WRONG"; there are doubled-ttl, beat-by-service, lease-ignored`)
	_, err = breaks.Find(nil, s, "any")
	require.EqualError(t, err, "stage 3 has no breaks")
}

const head = `//go:build ignore

// Break: it is wrong.
// Invariant: I1
// Seen: something,
// and more of it.
// From: a tutorial
// File: a/a.go
// Package tests: ./a ./b
`

func TestTheCommentOfABreakSaysWhatItIs(t *testing.T) {
	b := load(t, head+"// Race: yes\n\npackage a\n")
	require.Equal(t, "it is wrong.", b.Summary)
	require.Equal(t, "something, and more of it.", b.Seen)
	require.Equal(t, []string{"./a", "./b"}, b.Packages)
	require.True(t, b.Race)
	require.False(t, load(t, head+"\npackage a\n").Race)
}

func TestABreakThatDoesNotSayWhatItIsIsRefused(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(head), "\n") {
		key := regexp.MustCompile(`^// ([A-Z][a-z ]+): `).FindStringSubmatch(line)
		if key == nil {
			continue
		}
		_, err := tryLoad(t, strings.Replace(head, line+"\n", "//\n", 1)+"\npackage a\n")
		require.ErrorContains(t, err, "docs/breaks/stage01/wrong.go: ")
		require.ErrorContains(t, err, "no "+key[1])
	}
	_, err := tryLoad(t, "package a\n")
	require.ErrorContains(t, err, "want //go:build ignore in the first line")
}

func load(t *testing.T, text string) breaks.Break {
	t.Helper()
	all, err := tryLoad(t, text)
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}

// tryLoad loads the breaks of a stage that has one, of this text.
func tryLoad(t *testing.T, text string) ([]breaks.Break, error) {
	t.Helper()
	root, s := t.TempDir(), stages.All()[0]
	dir := filepath.Join(root, filepath.FromSlash(breaks.Folder(s)))
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "wrong.go"), []byte(text), 0o644))
	return breaks.Load(root, s)
}
