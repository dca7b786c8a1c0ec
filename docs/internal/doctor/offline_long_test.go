//go:build long && linux

package doctor_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
	"example.com/workshop/docs/internal/isolate"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

func TestMain(m *testing.M) {
	isolate.Main()
	os.Exit(m.Run())
}

// outcome runs a command in a folder, without a network.
func outcome(t *testing.T, dir string, env []string, name string, args ...string) (string, error) {
	t.Helper()
	cmd := isolate.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(append(cmd.Env, "GOPROXY=off"), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// clone is a fresh clone of the workshop.
func clone(t *testing.T) string {
	t.Helper()
	require.NoError(t, isolate.Available())
	root, err := workspace.Root(".")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "workshop")
	require.NoError(t, console.Clone(t.Context(), root, dir))
	return dir
}

func TestWhereTheDoctorSaysSoAFreshCloneWorksWithoutANetwork(t *testing.T) {
	root := clone(t)
	out, err := outcome(t, root, nil, "go", "run", "./docs", "doctor")
	require.NoError(t, err, "fill the caches first: go run ./docs doctor -fill\n%s", out)
	require.Contains(t, out, "ok       the module cache holds all that is needed without a network\n")

	alone := []string{"GOWORK=off", "GOFLAGS=-mod=mod"}
	for _, s := range stages.All() {
		dir := filepath.Join(root, s.Dir)
		out, err := outcome(t, dir, alone, "go", "build", "./...")
		require.NoError(t, err, "%s\n%s", s.Dir, out)
		out, err = outcome(t, dir, alone, "go", "vet", "./...")
		require.NoError(t, err, "%s\n%s", s.Dir, out)
	}
	out, err = outcome(t, root, nil, "go", "vet", "work")
	require.NoError(t, err, out)
	out, err = outcome(t, root, nil, "go", "run", "./docs", "demo", "3")
	require.NoError(t, err, out)
	require.Contains(t, out, "calls failed")
	out, err = outcome(t, root, nil, "go", "run", "./docs", "diff", "3")
	require.NoError(t, err, out)
}

func TestWhereACacheIsEmptyTheDoctorSaysThatANetworkIsNeeded(t *testing.T) {
	root := clone(t)
	bin := filepath.Join(t.TempDir(), "docs")
	out, err := outcome(t, root, nil, "go", "build", "-o", bin, "./docs")
	require.NoError(t, err, out)
	out, err = outcome(t, root, []string{"GOMODCACHE=" + t.TempDir()}, bin, "doctor")
	require.ErrorContains(t, err, "exit status 1", out)
	require.Regexp(t, `missing  the workshop needs a network to build: (.|\n)*go run ./docs doctor -fill\n`, out)
}
