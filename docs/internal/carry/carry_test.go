package carry_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/carry"
	"example.com/workshop/docs/internal/stages"
)

// manifest has four stages. Stage 2 adds b.go, and stage 4 changes it; a.go is
// the same from the first to the third, which drops it; internal/x is the same
// in all.
func manifest() []stages.Stage {
	step := func(title string, files ...string) []stages.Part {
		return []stages.Part{{Steps: []stages.Step{{Title: title, Files: files}}}}
	}
	return []stages.Stage{
		{Number: 1, Dir: "stage01-one", Parts: step("Begin", "a.go", "internal/x/")},
		{Number: 2, Dir: "stage02-two", Parts: step("Add", "b.go")},
		{Number: 3, Dir: "stage03-three", Gone: []stages.Gone{{Path: "a.go", Reason: "it is done"}}},
		{Number: 4, Dir: "stage04-four", Parts: step("Change", "b.go")},
	}
}

// old is what stands in every stage before something is carried.
func old(dir string) string {
	return "package a\n\nimport _ \"example.com/workshop/" + dir + "/internal/x\"\n"
}

func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, s := range manifest() {
		for _, name := range []string{"a.go", "b.go", "internal/x/x.go", "internal/x/y.go", "go.mod"} {
			if s.Number == 1 && name == "b.go" || s.Number > 2 && name == "a.go" {
				continue
			}
			write(t, root, s.Dir+"/"+name, old(s.Dir))
		}
	}
	write(t, root, "docs/main.go", "package main\n")
	return root
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}

// planned returns the state of every copy, and why it is that.
func planned(t *testing.T, root, path string) (map[string]string, []carry.Copy) {
	t.Helper()
	copies, err := carry.Plan(root, manifest(), filepath.Join(root, filepath.FromSlash(path)))
	require.NoError(t, err)
	states := make(map[string]string)
	for _, c := range copies {
		states[c.Path] = string(c.State)
		if c.Why != "" {
			states[c.Path] += ": " + c.Why
		}
	}
	return states, copies
}

func TestAFileIsCarriedToEveryStageThatSharesIt(t *testing.T) {
	t.Parallel()
	root := repository(t)
	write(t, root, "stage03-three/b.go", old("stage03-three")+"\nvar B = 1\n")
	states, copies := planned(t, root, "stage03-three/b.go")
	require.Equal(t, map[string]string{
		"stage02-two/b.go":  string(carry.Stale),
		"stage04-four/b.go": string(carry.Differs) + ": step 4.1, Change",
	}, states, "and the first stage has none")

	require.Equal(t, old("stage02-two"), read(t, root, "stage02-two/b.go"), "a plan writes nothing")
	require.NoError(t, carry.Apply(root, copies))
	require.Equal(t, old("stage02-two")+"\nvar B = 1\n", read(t, root, "stage02-two/b.go"), "with the stage's own import path")
	require.Equal(t, old("stage04-four"), read(t, root, "stage04-four/b.go"), "left alone")

	states, _ = planned(t, root, "stage03-three/b.go")
	require.Equal(t, string(carry.Same), states["stage02-two/b.go"])
}

func TestWhatALaterStageChangesIsCarriedNoFurther(t *testing.T) {
	t.Parallel()
	states, _ := planned(t, repository(t), "stage04-four/b.go")
	require.Equal(t, map[string]string{
		"stage02-two/b.go":   string(carry.Differs) + ": step 4.1, Change",
		"stage03-three/b.go": string(carry.Differs) + ": step 4.1, Change",
	}, states)
	states, _ = planned(t, repository(t), "stage02-two/a.go")
	require.Equal(t, map[string]string{
		"stage01-one/a.go":   string(carry.Same),
		"stage03-three/a.go": string(carry.Differs) + ": stage 3 has it no more",
		"stage04-four/a.go":  string(carry.Differs) + ": stage 3 has it no more",
	}, states)
}

func TestAFolderIsCarriedWithItsNewFiles(t *testing.T) {
	t.Parallel()
	root := repository(t)
	write(t, root, "stage04-four/internal/x/sub/z.go", "package sub\n")
	write(t, root, "stage04-four/internal/x/x.go", "package x\r\n")
	states, copies := planned(t, root, "stage04-four/internal/x")
	require.Len(t, states, 9)
	require.Equal(t, string(carry.Absent), states["stage01-one/internal/x/sub/z.go"])
	require.Equal(t, string(carry.Stale), states["stage02-two/internal/x/x.go"])
	require.Equal(t, string(carry.Same), states["stage03-three/internal/x/y.go"])
	require.NoError(t, carry.Apply(root, copies))
	require.Equal(t, "package sub\n", read(t, root, "stage01-one/internal/x/sub/z.go"))
	require.Equal(t, "package x\r\n", read(t, root, "stage02-two/internal/x/x.go"), "byte by byte")
}

func TestWhatBelongsToNoStepCannotBeCarried(t *testing.T) {
	t.Parallel()
	root := repository(t)
	write(t, root, "stage02-two/new.go", "package a\n")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "stage02-two", "empty"), 0o755))
	for path, want := range map[string]string{
		"stage02-two/new.go":    "no step up to stage 2 lists it",
		"stage01-one/b.go":      "there is no such file",
		"stage02-two/go.mod":    "each stage has its own",
		"stage02-two/empty":     "there is no file in it",
		"docs/main.go":          "it is in no stage's folder",
		"stage09-none/main.go":  "there is no such file",
		"../outside-of-all/any": "there is no such file",
		".":                     "it is in no stage's folder",
	} {
		_, err := carry.Plan(root, manifest(), filepath.Join(root, filepath.FromSlash(path)))
		require.ErrorIs(t, err, carry.ErrNotCarried, path)
		require.ErrorContains(t, err, want, path)
	}
}
