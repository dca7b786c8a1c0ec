package cmdtest

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// Outcome is how a command ended, and what it printed that was not read before.
type Outcome struct {
	Code           int // -1 when it was killed
	Stdout, Stderr string
}

// RequireOneLine holds a command to its promise about failures: the code,
// nothing on standard output, and one line on standard error.
func RequireOneLine(t *testing.T, got Outcome, code int, line string) {
	t.Helper()
	require.Equal(t, Outcome{Code: code, Stderr: line + "\n"}, got)
}

// RequireHelp asks the command for help, which must show an example and exactly
// the documented flags.
func RequireHelp(t *testing.T, name string, documented []string) {
	t.Helper()
	got := Start(t, "-h").Wait()
	require.Zero(t, got.Code)
	require.Empty(t, got.Stderr)
	require.Contains(t, got.Stdout, "\n\n  "+name, "the help has no example")
	var listed []string
	for _, flag := range regexp.MustCompile(`(?m)^  -([a-z0-9-]+)`).FindAllStringSubmatch(got.Stdout, -1) {
		listed = append(listed, flag[1])
	}
	require.Empty(t, cmp.Diff(listed, slices.Sorted(slices.Values(documented))))
}
