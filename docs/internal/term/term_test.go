package term_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/term"
)

func TestAPipeGetsPlainText(t *testing.T) {
	screen := term.New(new(bytes.Buffer))
	for _, paint := range []func(string) string{screen.Bold, screen.Dim, screen.Red, screen.Green, screen.Yellow, screen.Cyan} {
		require.Equal(t, "text", paint("text"))
	}
	require.False(t, screen.Live)
}

func TestATerminalGetsColourThatEnds(t *testing.T) {
	screen := &term.Screen{Color: true}
	got := screen.Red("text")
	require.True(t, strings.HasPrefix(got, "\x1b[31mtext\x1b["), "%q", got)
	require.Empty(t, screen.Red(""))
}

func TestWrapBreaksAtSpaces(t *testing.T) {
	require.Equal(t, "one two\nthree\nunbreakable\nfour", term.Wrap("one  two three unbreakable\nfour", 8))
	require.Equal(t, "äöü äöü", term.Wrap("äöü äöü", 7), "columns are characters, not bytes")
}
