package cmdtest

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// Outcome is how a command ended, and the output that was not read before.
type Outcome struct {
	Code           int // -1 when it was killed
	Stdout, Stderr string
}

// RequireOneLine fails t unless the command ended with this code, nothing on standard
// output, and only this line on standard error.
func RequireOneLine(t *testing.T, got Outcome, code int, line string) {
	t.Helper()
	require.Equal(t, Outcome{Code: code, Stderr: line + "\n"}, got)
}

// RequireHelp asks the command for help. It fails t unless the help shows an example and
// exactly the documented flags.
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

// RequireWritten fails t unless the command, when it cannot write to standard output,
// says so in the last line on standard error and exits with code 1.
func RequireWritten(t *testing.T, name string, args ...string) {
	t.Helper()
	unwritable, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer unwritable.Close()
	cmd := Command(t, args...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = unwritable, &said
	require.Error(t, cmd.Run())
	require.Equal(t, 1, cmd.ProcessState.ExitCode(), said.String())
	require.Regexp(t, "(?m)^"+name+": write .*\n\\z", said.String())
}
