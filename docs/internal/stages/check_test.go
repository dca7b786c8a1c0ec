package stages_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

func TestCheckAcceptsATreeThatAgreesWithItsManifest(t *testing.T) {
	require.Empty(t, problems(t, first(twoStages()), second(twoStages())))
}

func TestCheckFindsEveryDisagreement(t *testing.T) {
	type world struct {
		files map[string]string
		all   []stages.Stage
	}
	for name, c := range map[string]struct {
		spoil func(world)
		want  []string
	}{
		"a new file that no step lists": {
			func(w world) { w.files["stage02-two/g.go"] = "package a\n" },
			[]string{"stage02-two/g.go: it is new in this stage, but no step lists it"},
		},
		"a change that no step lists": {
			func(w world) { w.files["stage02-two/a.go"] = "package a\n" },
			[]string{"stage02-two/a.go: it differs from the stage before, but no step lists it"},
		},
		"a listed file that is the same": {
			func(w world) { steps(w.all)[0].Files = []string{"b.go", "a.go"} },
			[]string{`stage02-two/a.go: step "Add" lists it, but there is no such change: the file is missing, or the same as in the stage before`},
		},
		"a listed file that does not exist": {
			func(w world) { delete(w.files, "stage02-two/b.go") },
			[]string{`stage02-two/b.go: step "Add" lists it, but there is no such change: the file is missing, or the same as in the stage before`},
		},
		"a listed folder without a change": {
			func(w world) { steps(w.all)[0].Files = []string{"b.go", "testdata/"} },
			[]string{`stage02-two/testdata/: step "Add" lists it, but there is no such change: the file is missing, or the same as in the stage before`},
		},
		"a file in two steps": {
			func(w world) { steps(w.all)[1].Files = []string{"c/", "f.go", "b.go"} },
			[]string{`stage02-two/b.go: step "Change" lists it, and so does step "Add"; a file belongs to one step`},
		},
		"a file gone without a reason": {
			func(w world) { w.all[1].Gone = w.all[1].Gone[1:] },
			[]string{"stage02-two/d.go: it is gone from the stage before, but the manifest gives no reason"},
		},
		"a file gone with an empty reason": {
			func(w world) { w.all[1].Gone[0].Reason = " " },
			[]string{"stage02-two/d.go: it is gone without a reason"},
		},
		"a listed file that is gone": {
			func(w world) { steps(w.all)[0].Files = []string{"b.go", "d.go"} },
			[]string{`stage02-two/d.go: step "Add" lists it, but there is no such change: the file is missing, or the same as in the stage before`},
		},
		"a reason for a file that is still there": {
			func(w world) { w.files["stage02-two/d.go"] = w.files["stage01-one/d.go"] },
			[]string{"stage02-two/d.go: the manifest says that it is gone, but it is not"},
		},
		"a rename to a file that was there before": {
			func(w world) { w.all[1].Gone[1].To = "a.go" },
			[]string{"stage02-two/a.go: the manifest says that e.go became this file, but there is no such new file"},
		},
		"a step without a reason": {
			func(w world) { steps(w.all)[0].Why = "" },
			[]string{`stage02-two: step "Add" needs a title and a reason`},
		},
		"a step that adds too much": {
			func(w world) { w.files["stage02-two/b.go"] = consts(147) },
			[]string{`stage02-two: step "Add" adds 151 lines of non-test Go, more than 150: split it (b.go 151)`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			files, all := twoStages()
			c.spoil(world{files, all})
			require.Equal(t, c.want, problems(t, files, all))
		})
	}
}

func TestAStepMayAddAllItIsAllowed(t *testing.T) {
	files, all := twoStages()
	files["stage02-two/b.go"] = consts(146)
	files["stage02-two/b_test.go"] = consts(240)
	files["stage02-two/testdata/words.txt"] = consts(500)
	steps(all)[0].Files = []string{"b.go", "b_test.go", "testdata/"}
	require.Empty(t, problems(t, files, all))
}

func TestAPatternStandsForWhatItMatches(t *testing.T) {
	files, all := twoStages()
	files["stage02-two/b_test.go"] = "package a\n"
	files["stage02-two/z_test.go"] = "package a\n"
	steps(all)[0].Files = []string{"b.go", "*_test.go"}
	require.Empty(t, problems(t, files, all))
	files["stage02-two/c/c_test.go"] = "package c\n"
	steps(all)[1].Files = []string{"c/c.go", "f.go"}
	require.Equal(t, []string{"stage02-two/c/c_test.go: it is new in this stage, but no step lists it"}, problems(t, files, all))
	steps(all)[1].Files = []string{"c/c.go", "f.go", "b*_test.go"}
	require.Contains(t, problems(t, files, all), `stage02-two/b_test.go: step "Change" lists it, and so does step "Add"; a file belongs to one step`)
}

func TestCheckLooksPastWhatIsNoLesson(t *testing.T) {
	files, all := twoStages()
	files["stage02-two/go.sum"] = "x v1.0.0 h1:abc=\n"
	files["stage02-two/c/README.md"] = "more\n"
	files["stage02-two/.hidden/x.go"] = "package x\n"
	files["stage02-two/server"] = "\x7fELF\x00\x01"
	files["stage02-two/cpu.prof"] = "samples\n"
	files["stage02-two/a.go"] = "package a\r\n\r\nimport \"example.com/workshop/stage02-two/c\"\r\n\r\nvar _ = c.C\r\n"
	require.Empty(t, problems(t, files, all))
}

func TestCheckNamesAStageThatIsNotThere(t *testing.T) {
	_, all := twoStages()
	_, err := stages.Check(t.TempDir(), all)
	require.ErrorContains(t, err, "stage01-one")
}

func first[A, B any](a A, _ B) A  { return a }
func second[A, B any](_ A, b B) B { return b }
