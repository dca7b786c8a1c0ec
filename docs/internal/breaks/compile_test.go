//go:build long

package breaks_test

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/breaks"
	"example.com/workshop/docs/internal/stages"
)

// This finds within a minute what the proof below would find after some: a
// stage's code has changed, and a break does not fit it any more.
func TestEveryBreakCompiles(t *testing.T) {
	for _, s := range stages.All() {
		all, err := breaks.Load(root(t), s)
		require.NoError(t, err)
		for _, b := range all {
			change, err := b.Change(root(t), s)
			require.NoError(t, err)
			dir := filepath.Join(root(t), s.Dir)
			cmd := exec.CommandContext(t.Context(), "go", "build", "-o", os.DevNull,
				"-overlay="+overlay(t, filepath.Join(dir, filepath.FromSlash(b.File)), change.After), "./"+path.Dir(b.File))
			cmd.Dir = dir
			cmd.Env = append(cmd.Environ(), "GOWORK=off")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%s of %s: %s", b.Name, s.Dir, out)
			}
		}
	}
}
