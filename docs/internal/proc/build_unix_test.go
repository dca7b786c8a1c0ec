//go:build unix

package proc_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/proc"
)

func TestBuildTellsWhyTheGoCommandItselfBrokeDown(t *testing.T) {
	dir, bin := module(t, "package main\n\nfunc main() {}\n"), t.TempDir()
	script := "#!/bin/sh\necho 'runtime/cgo: pthread_create failed: Resource temporarily unavailable'\nfor i in $(seq 300); do echo r8 0x0; done\nexit 2\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o755))
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	err := proc.Build(t.Context(), dir, t.TempDir(), nil)
	require.EqualError(t, err, "a stage does not build: runtime/cgo: pthread_create failed: Resource temporarily unavailable")
}
