//go:build long

package exercise_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

// TestEveryStageIsStartedAndSolved makes a copy of each stage, in which every
// function to write is blank, and then solves it with the stage's own.
func TestEveryStageIsStartedAndSolved(t *testing.T) {
	root, err := workspace.Root(".")
	require.NoError(t, err)
	for _, s := range stages.All() {
		t.Run(s.Dir, func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "the workshop")
			require.NoError(t, os.CopyFS(filepath.Join(copied, s.Dir), os.DirFS(filepath.Join(root, s.Dir))))
			w := exercise.At(copied, s)
			_, err := exercise.Start(t.Context(), w, exercise.StartOptions{Deep: true})
			require.NoError(t, err)
			goes(t, w.Dir, "vet", "./...")
			began := time.Now()
			r := check(t, w, exercise.CheckOptions{All: true, Limit: exercise.ProofLimit})
			for _, step := range r.Steps {
				require.Equal(t, exercise.Blank, step.Status, step.Title)
				require.NotNil(t, step.Failure, step.Title)
				require.Equal(t, "blank", step.Failure.Kind, step.Title)
			}
			t.Logf("blank: %.1f s", time.Since(began).Seconds())

			for _, step := range s.Steps() {
				for _, file := range step.Files {
					if from := filepath.Join(root, s.Dir, filepath.FromSlash(file)); len(step.Write) > 0 && filepath.Ext(file) == ".go" {
						save(t, filepath.Join(w.Dir, filepath.FromSlash(file)), load(t, from))
					}
				}
			}
			began = time.Now()
			r = check(t, w, exercise.CheckOptions{Limit: exercise.ProofLimit})
			for _, step := range r.Steps {
				require.Equal(t, exercise.Solved, step.Status, "%s: %+v", step.Title, step.Failure)
			}
			require.Equal(t, exercise.Solved, r.Limits.Status, "%+v", r.Limits.Failure)
			t.Logf("solved: %.1f s", time.Since(began).Seconds())
		})
	}
}
