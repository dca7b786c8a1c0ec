package proc_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/proc"
)

// recorder is the first argument of the test binary when the go command runs its tools
// by it. The second is a file, and the others are the tool and its arguments.
const recorder = "record"

// record writes a line for each package that is compiled or linked, and runs the tool.
func record(file string, args []string) {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil && args[1] != "-V=full" {
		_, err = fmt.Fprintln(f, strings.TrimSuffix(filepath.Base(args[0]), ".exe"))
	}
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if cmd.Run() != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	require.NoError(t, err)
	return path
}

func TestWhatHasNotChangedIsNotLinkedAgain(t *testing.T) {
	for name, overlaid := range map[string]bool{"a stage": false, "a copy whose blanks are filled": true} {
		t.Run(name, func(t *testing.T) {
			dir, tools := module(t, "package main\n\nfunc main() {}\n"), filepath.Join(t.TempDir(), "tools")
			main := filepath.Join(dir, "cmd", "small", "main.go")
			flags := []string{"-toolexec", fmt.Sprintf(`"%s" %s "%s"`, self(t), recorder, tools)}
			if overlaid {
				other, overlay := filepath.Join(t.TempDir(), "other.go"), filepath.Join(t.TempDir(), "overlay.json")
				require.NoError(t, os.WriteFile(overlay, fmt.Appendf(nil, `{"Replace": {%q: %q}}`, main, other), 0o600))
				require.NoError(t, os.WriteFile(other, []byte("package main\n\nfunc main() { println(\"other\") }\n"), 0o600))
				main, flags = other, append(flags, "-overlay", overlay)
			}
			build := func() (used string) {
				require.NoError(t, proc.BuildWith(nil, flags...)(t.Context(), dir, t.TempDir(), nil))
				text, err := os.ReadFile(tools)
				require.NoError(t, err)
				return string(text)
			}
			first := build()
			require.Equal(t, 1, strings.Count(first, "link\n"), first)
			require.Equal(t, first, build(), "the tools that were used")
			require.NoError(t, os.WriteFile(main, []byte("package main\n\nfunc main() { println(1) }\n"), 0o600))
			require.Equal(t, first+"compile\nlink\n", build())
		})
	}
}

func TestTheProgramThatBuildsMayHaveSpacesAndQuotesInItsPath(t *testing.T) {
	folders := []string{"a folder", "it's a folder"}
	if runtime.GOOS != "windows" {
		folders = append(folders, `a "folder"`)
	}
	dir := module(t, "package main\n\nfunc main() {}\n")
	for _, folder := range folders {
		t.Run(folder, func(t *testing.T) {
			folder, out := filepath.Join(t.TempDir(), folder), t.TempDir()
			require.NoError(t, os.Mkdir(folder, 0o755))
			program := proc.Binary(folder, "program")
			copyTo(t, program)
			cmd := exec.CommandContext(t.Context(), program, dir, out)
			cmd.Env = append(os.Environ(), "CHILD=builds")
			said, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", said)
			require.FileExists(t, proc.Binary(out, "small"))
		})
	}
}

// copyTo copies the test binary.
func copyTo(t *testing.T, path string) {
	t.Helper()
	in, err := os.Open(self(t))
	require.NoError(t, err)
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, err)
	require.NoError(t, out.Close())
}
