package console_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
)

func TestACloneHasTheFilesAsTheyAre(t *testing.T) {
	root, dir := t.TempDir(), filepath.Join(t.TempDir(), "a clone")
	in := func(name string) string { return filepath.Join(root, name) }
	write := func(name, text string) { require.NoError(t, os.WriteFile(in(name), []byte(text), 0o644)) }
	for _, name := range []string{"kept", "changed", "deleted"} {
		write(name, "old\n")
	}
	write(".gitignore", "bin\n")
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "a"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	write("changed", "new\n")
	write("new", "new\n")
	write("bin", "built\n")
	require.NoError(t, os.Remove(in("deleted")))

	require.NoError(t, console.Clone(t.Context(), root, dir))
	for name, want := range map[string]string{"kept": "old\n", "changed": "new\n", "new": "new\n"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	for _, name := range []string{"deleted", "bin"} {
		require.NoFileExists(t, filepath.Join(dir, name))
	}
	cmd := exec.Command("git", "status", "--short")
	cmd.Dir = dir
	out, err := cmd.Output()
	require.NoError(t, err)
	require.Equal(t, " M changed\n D deleted\n?? new\n", string(out), "it is a repository")

	require.ErrorContains(t, console.Clone(t.Context(), t.TempDir(), filepath.Join(t.TempDir(), "x")), "git clone: fatal: ")
}
