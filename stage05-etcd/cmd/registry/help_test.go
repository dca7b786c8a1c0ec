package main

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestHelpShowsExamplesAndEveryFlag(t *testing.T) {
	t.Parallel()
	got := start(t, "-h").wait()
	require.Zero(t, got.code)
	require.Empty(t, got.stderr)
	require.Contains(t, got.stdout, "\n\n  registry", "the help has no example")
	var listed []string
	for _, flag := range regexp.MustCompile(`(?m)^  -([a-z0-9-]+)`).FindAllStringSubmatch(got.stdout, -1) {
		listed = append(listed, flag[1])
	}
	require.Empty(t, cmp.Diff(listed, slices.Sorted(slices.Values(documented))))
}
