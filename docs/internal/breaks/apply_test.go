package breaks_test

import (
	"go/format"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/breaks"
)

const original = `// Package a is of no use.
package a

import (
	"fmt"
	"time"
)

// The pauses.
const (
	minPause = time.Second // the shortest
	maxPause = time.Minute
)

// limit is a limit.
const limit = 3

// Store stores.
type Store[T any] struct{ of T }

// Put puts.
func (s *Store[T]) Put(of T) { s.of = of }

// Put is another one.
func Put() string { return fmt.Sprint(limit) }
`

func TestDeclarationsReplaceThoseOfTheirName(t *testing.T) {
	for name, c := range map[string]struct{ with, old, new string }{
		"a function, and an import that is needed no more": {
			`func Put() string { return "3" }`,
			`{ return fmt.Sprint(limit) }`, `{ return "3" }`,
		},
		"a method, and not the function of its name": {
			`func (s *Store[T]) Put(of T) {}`,
			`func (s *Store[T]) Put(of T) { s.of = of }`, `func (s *Store[T]) Put(of T) {}`,
		},
		"a doc comment": {
			"// Put puts nothing.\nfunc (s *Store[T]) Put(of T) { s.of = of }",
			`// Put puts.`, `// Put puts nothing.`,
		},
		"a constant":              {"const limit = 4", "const limit = 3", "const limit = 4"},
		"a constant of a group":   {"const minPause = 2 * time.Second", "minPause = time.Second //", "minPause = 2 * time.Second //"},
		"a constant of two":       {"const (\n\tmaxPause = 2\n)", "maxPause = time.Minute", "maxPause = 2"},
		"a type":                  {"type Store[T any] struct{ of *T }", "struct{ of T }", "struct{ of *T }"},
		"one, and a further name": {"const limit = 4\n\nvar further = 1", "const limit = 3", "const limit = 4"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := breaks.Apply(original, "package a\n\n"+c.with+"\n")
			require.NoError(t, err)
			require.NotContains(t, got, c.old)
			require.Contains(t, got, c.new)
			tidy, err := format.Source([]byte(got))
			require.NoError(t, err)
			require.Equal(t, string(tidy), got)
		})
	}
}

func TestWhatIsNotReplacedStays(t *testing.T) {
	got, err := breaks.Apply(original, "package a\n\nfunc Put() string { return fmt.Sprint(limit) }\n")
	require.NoError(t, err)
	require.Equal(t, original, got)
}

func TestImportsFollowTheDeclarations(t *testing.T) {
	got, err := breaks.Apply(original, `package a

import (
	"math/rand/v2"
	other "strings"
	"unused"
)

func Put() string { return other.Repeat("x", rand.IntN(limit)) }
`)
	require.NoError(t, err)
	require.Contains(t, got, `import "math/rand/v2"`)
	require.Contains(t, got, `import other "strings"`)
	require.NotContains(t, got, `"fmt"`)
	require.NotContains(t, got, `"unused"`)
	require.Contains(t, got, `"time"`)
}

func TestABreakThatFitsNothingIsRefused(t *testing.T) {
	for with, want := range map[string]string{
		"package a\n\nfunc Putt() {}\n": "it declares nothing that the file does",
		"package a\n":                   "it declares nothing that the file does",
		"package b\n\nfunc Put() {}\n":  "it is of package b, and the file is of package a",
		"package a\n\nfunc Put( {}\n":   "expected",
	} {
		_, err := breaks.Apply(original, with)
		require.ErrorContains(t, err, want, with)
	}
}
