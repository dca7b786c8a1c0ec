package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/isolate"
)

func TestMain(m *testing.M) {
	isolate.Main()
	os.Exit(m.Run())
}

func TestItEndsAsTheCommandDoes(t *testing.T) {
	require.Equal(t, 2, run(nil))
	if err := isolate.Available(); err != nil {
		require.Equal(t, 1, run([]string{"true"}), "it never runs a command that is not isolated")
		t.Skip(err)
	}
	require.Zero(t, run([]string{"true"}))
	require.Equal(t, 3, run([]string{"bash", "-c", "exit 3"}))
	require.Equal(t, 127, run([]string{"no-such-command"}))
}
