package exercise_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/stages"
)

func TestEveryFunctionToWriteHasTwoHintsAndAReason(t *testing.T) {
	for _, s := range stages.All() {
		hints, err := exercise.HintsOf(s)
		require.NoError(t, err)
		for _, step := range s.Steps() {
			for _, name := range step.Write {
				if len(hints[name].Hints) < 2 || len(hints[name].Hints) > 4 {
					t.Errorf("docs/hints/stage%02d.md: %s has %d hints, not two to four", s.Number, name, len(hints[name].Hints))
				}
				if hints[name].Why == "" {
					t.Errorf("docs/hints/stage%02d.md: %s has no paragraph that begins with Why:", s.Number, name)
				}
				delete(hints, name)
			}
		}
		for name := range hints {
			t.Errorf("docs/hints/stage%02d.md: no step of the stage asks to write %s", s.Number, name)
		}
	}
}

func TestHintsAreANumberedListAndAReason(t *testing.T) {
	hints, err := exercise.ParseHints("# Hints\n\nSome words.\n\n## Store.find\n\n1. Look\n   there.\n\n   And there.\n2. Code:\n\n   ```go\n   ## no heading\n   1. no hint\n   ```\n\nWhy: so\nit is.\n\n## jitter\n\n1. One.\n")
	require.NoError(t, err)
	require.Equal(t, map[string]exercise.Hints{
		"Store.find": {Hints: []string{"Look\nthere.\n\nAnd there.", "Code:\n\n```go\n## no heading\n1. no hint\n```"}, Why: "so\nit is."},
		"jitter":     {Hints: []string{"One."}},
	}, hints)
	require.Equal(t, "Code:\n\n    ## no heading\n    1. no hint", exercise.Prose(hints["Store.find"].Hints[1]))
	require.Equal(t, "Look there.\n\nAnd there.", exercise.Prose(hints["Store.find"].Hints[0]))

	for text, want := range map[string]string{
		"## a\n\nword\n":               "line 3: a hint begins with its number, and the reason with the word Why",
		"## a\n1. b\n## a\n1. c\n":     "line 3: a has two headings",
		"## a\n\n- a list of others\n": "line 3: a hint begins with its number, and the reason with the word Why",
	} {
		_, err := exercise.ParseHints(text)
		require.EqualError(t, err, want)
	}
}
