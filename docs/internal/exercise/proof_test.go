//go:build long

package exercise_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

// TestEveryFunctionToWriteIsCaughtByItsStepsTests blanks every function that a
// step asks for, by itself and with others. One of the step's tests must fail for
// the right reason; with nothing blank, all must pass. What it finds is kept in
// work/.proof and found again as long as nothing has changed.
func TestEveryFunctionToWriteIsCaughtByItsStepsTests(t *testing.T) {
	root, err := workspace.Root(".")
	require.NoError(t, err)
	cache := filepath.Join(root, exercise.Folder, ".proof")
	free := make(chan struct{}, runtime.NumCPU())
	for _, s := range stages.All() {
		t.Run(s.Dir, func(t *testing.T) {
			t.Parallel()
			proofs, err := exercise.Prove(t.Context(), root, s, cache, engine(t), free)
			require.NoError(t, err)
			for _, p := range proofs {
				name := fmt.Sprintf("%d.%d %s", s.Number, p.Step, s.Steps()[p.Step-1].Title)
				if p.Wrong != "" {
					t.Errorf("%s with %s blank: %s", name, p.What, p.Wrong)
					continue
				}
				if p.What != "nothing" {
					t.Logf("%s with %s blank: %s, by %s (%.1f s)", name, p.What, p.Caught, p.How, p.Seconds)
				}
			}
		})
	}
}

// engine hashes the package that makes the experiments.
func engine(t *testing.T) string {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	slices.Sort(files)
	sum := sha256.New()
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
