//go:build unix

package doctor_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/doctor"
)

// A go command that is killed leaves its files to whoever starts next.
func TestWhatFillsACacheWritesWhereTheNextStartSweeps(t *testing.T) {
	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "go"), []byte("#!/bin/sh\necho $GOTMPDIR\n"), 0o755))
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	said, err := doctor.This(t.TempDir(), nil).Long(t.Context(), bin, nil, "go", "build")
	require.NoError(t, err)
	require.Contains(t, filepath.Base(strings.TrimSpace(said)), "workshop-fill-")
	require.NoDirExists(t, strings.TrimSpace(said))
}

func TestAFolderForTemporaryFilesThatIsNotThereIsNamed(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	require.ErrorContains(t, doctor.This(t.TempDir(), nil).Temp(), "no folder for temporary files: ")
}
