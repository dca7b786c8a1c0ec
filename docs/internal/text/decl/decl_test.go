package decl_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/text/decl"
)

const source = `// Package store is a list.
package store

import "fmt"

// State is how a lease stands.
type State int

// The states.
const (
	Fresh State = iota // just granted
	Late               // past half of its time
)

// Store is generic on purpose,  and oddly   spaced.
type Store[T any] struct {
	items   []T // kept in order
}

// Put adds an item.
//
// It never fails.
func (s *Store[T]) Put(item T) { s.items = append(s.items, item) }

// Print prints, over
// two lines.
func Print(
	a, b int,
) error {
	_, err := fmt.Println("}") // a brace in a string
	return err
}

var one, two = 1, 2 // a pair

type Putter interface{ Put(int) }
`

func TestADeclarationIsItsLinesAsTheyStand(t *testing.T) {
	for name, want := range map[string]string{
		"State":     "// State is how a lease stands.\ntype State int",
		"Late":      "// The states.\nconst (\n\tFresh State = iota // just granted\n\tLate               // past half of its time\n)",
		"Store":     "// Store is generic on purpose,  and oddly   spaced.\ntype Store[T any] struct {\n\titems   []T // kept in order\n}",
		"Store.Put": "// Put adds an item.\n//\n// It never fails.\nfunc (s *Store[T]) Put(item T) { s.items = append(s.items, item) }",
		"Print": "// Print prints, over\n// two lines.\nfunc Print(\n\ta, b int,\n) error {\n" +
			"\t_, err := fmt.Println(\"}\") // a brace in a string\n\treturn err\n}",
		"two":    "var one, two = 1, 2 // a pair",
		"Putter": "type Putter interface{ Put(int) }",
	} {
		d, err := decl.Find(source, name)
		require.NoError(t, err, name)
		require.Equal(t, want, d.Text)
		require.Contains(t, source, d.Text+"\n")
		require.Equal(t, strings.Count(source[:strings.Index(source, want)], "\n")+1, d.Line)
	}
}

func TestASignatureHasNoBody(t *testing.T) {
	for name, want := range map[string]string{
		"Store.Put": "// Put adds an item.\n//\n// It never fails.\nfunc (s *Store[T]) Put(item T)",
		"Print":     "// Print prints, over\n// two lines.\nfunc Print(\n\ta, b int,\n) error",
		"State":     "// State is how a lease stands.\ntype State int",
	} {
		d, err := decl.Find(source, name)
		require.NoError(t, err, name)
		require.Equal(t, want, d.Signature)
	}
}

func TestLineEndsOfWindowsAreLeftOut(t *testing.T) {
	d, err := decl.Find(strings.ReplaceAll(source, "\n", "\r\n"), "Print")
	require.NoError(t, err)
	require.NotContains(t, d.Text+d.Signature, "\r")
	require.True(t, strings.HasSuffix(d.Text, "\n}"))
}

func TestAnUnknownNameNamesTheNearest(t *testing.T) {
	_, err := decl.Find(source, "Store.Putt")
	var unknown *decl.NotFoundError
	require.ErrorAs(t, err, &unknown)
	require.EqualError(t, err, "no declaration Store.Putt; did you mean Store.Put?")
	_, err = decl.Find("package empty\n", "Put")
	require.EqualError(t, err, "no declaration Put, and no other")
	_, err = decl.Find("func", "Put")
	require.ErrorContains(t, err, "expected 'package'")
}
