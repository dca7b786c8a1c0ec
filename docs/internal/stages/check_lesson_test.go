package stages_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

// lesson is a tree whose second stage has one core step, with a function to
// write and a test, and one given step.
func lesson() (map[string]string, []stages.Stage) {
	files, all := twoStages()
	all[1].MaxDeleted = 5
	files["stage02-two/b.go"] = "package a\n\n// B is two.\nfunc B() int {\n\treturn 2\n}\n"
	files["stage02-two/b_test.go"] = "package a\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) {}\n"
	steps(all)[0].Role = stages.Core
	steps(all)[0].Files = []string{"b.go", "b_test.go"}
	steps(all)[0].Write = []string{"B"}
	return files, all
}

func TestCheckAcceptsALesson(t *testing.T) {
	require.Empty(t, problems(t, first(lesson()), second(lesson())))
}

func TestCheckFindsWhatALessonLacks(t *testing.T) {
	const function = "package a\n\n// B is two.\nfunc B() int {\n\treturn 2\n}\n"
	for name, c := range map[string]struct {
		spoil func(files map[string]string, two *stages.Stage, add, change *stages.Step)
		want  []string
	}{
		"a step without a role": {
			func(_ map[string]string, _ *stages.Stage, _, change *stages.Step) { change.Role = "" },
			[]string{
				`stage02-two: step "Change" is neither core nor deep nor given`,
				`stage02-two: step "Change" is , and has no test of its own`,
			},
		},
		"a core step without a test": {
			func(_ map[string]string, _ *stages.Stage, _, change *stages.Step) { change.Role = stages.Core },
			[]string{`stage02-two: step "Change" is core, and has no test of its own`},
		},
		"a deep step without a test": {
			func(_ map[string]string, _ *stages.Stage, _, change *stages.Step) { change.Role = stages.Deep },
			[]string{`stage02-two: step "Change" is deep, and has no test of its own`},
		},
		"a test in another step than what it tests": {
			func(files map[string]string, _ *stages.Stage, add, change *stages.Step) {
				files["stage02-two/other_test.go"] = "package a\n"
				add.Files = []string{"b.go", "other_test.go"}
				change.Files = append(change.Files, "b_test.go")
			},
			[]string{`stage02-two/b_test.go: it is in step "Change", and what it tests in step "Add"`},
		},
		"a function to write that does not exist": {
			func(_ map[string]string, _ *stages.Stage, add, _ *stages.Step) {
				add.Write = []string{"B", "Store.Put"}
			},
			[]string{`stage02-two: step "Add" asks to write Store.Put, but its files have no such function`},
		},
		"a function to write that stands in another step": {
			func(_ map[string]string, _ *stages.Stage, add, change *stages.Step) {
				add.Write, change.Write = nil, []string{"B"}
			},
			[]string{`stage02-two: step "Change" asks to write B, but its files have no such function`},
		},
		"a function to write of which there are two": {
			func(files map[string]string, _ *stages.Stage, add, _ *stages.Step) {
				files["stage02-two/x/b.go"] = strings.Replace(function, "package a", "package x", 1)
				add.Files = append(add.Files, "x/b.go")
			},
			[]string{`stage02-two: step "Add" asks to write B, which is in b.go and in x/b.go`},
		},
		"a function that is too short to write": {
			func(files map[string]string, _ *stages.Stage, _, _ *stages.Step) {
				files["stage02-two/b.go"] = "package a\n\n// B is two.\nfunc B() int { return 2 }\n"
			},
			[]string{`stage02-two/b.go: step "Add" asks to write B, which has 1 lines, not 3 to 30`},
		},
		"a function that is too long to write": {
			func(files map[string]string, _ *stages.Stage, _, _ *stages.Step) {
				files["stage02-two/b.go"] = strings.Replace(function, "\treturn 2\n", strings.Repeat("\t_ = 1\n", 28)+"\treturn 2\n", 1)
			},
			[]string{`stage02-two/b.go: step "Add" asks to write B, which has 31 lines, not 3 to 30`},
		},
		"a function to write without a doc comment": {
			func(files map[string]string, _ *stages.Stage, _, _ *stages.Step) {
				files["stage02-two/b.go"] = strings.Replace(function, "// B is two.\n", "// no doc\n\n", 1)
			},
			[]string{`stage02-two/b.go: step "Add" asks to write B, which has no doc comment to write it from`},
		},
		"a function to write that the stage before has": {
			func(files map[string]string, two *stages.Stage, _, change *stages.Step) {
				files["stage01-one/c/c.go"] = "package c\n\n// C is one.\nfunc C() int {\n\treturn 1\n}\n"
				files["stage02-two/c/c.go"] = files["stage01-one/c/c.go"] + "\nvar D = 1\n"
				change.Write = []string{"C"}
			},
			[]string{`stage02-two/c/c.go: step "Change" asks to write C, which is the same in the stage before`},
		},
		"tests of other steps that are none": {
			func(_ map[string]string, _ *stages.Stage, add, change *stages.Step) {
				add.Also = []string{"b_test.go", "c_test.go"}
				change.Also = []string{"b_test.go"}
			},
			[]string{
				`stage02-two/b_test.go: step "Add" has no function to write that needs it, or lists it itself`,
				`stage02-two/c_test.go: step "Add" has it as a test of another step, and it is none`,
				`stage02-two/b_test.go: step "Change" has no function to write that needs it, or lists it itself`,
			},
		},
		"a test file that is too long": {
			func(files map[string]string, _ *stages.Stage, _, _ *stages.Step) {
				files["stage02-two/b_test.go"] = consts(242)
			},
			[]string{"stage02-two/b_test.go: it has 251 lines of tests, more than 250: it holds two ideas"},
		},
		"code that imports what is for tests": {
			func(files map[string]string, _ *stages.Stage, add, _ *stages.Step) {
				files["stage02-two/internal/leaktest/leaktest.go"] = "package leaktest\n"
				files["stage02-two/b.go"] = strings.Replace(function, "\n\n", "\n\nimport _ \"example.com/workshop/stage02-two/internal/leaktest\"\n\n", 1)
				add.Files = append(add.Files, "internal/leaktest/")
			},
			[]string{"stage02-two/b.go: it imports internal/leaktest, which is for tests alone"},
		},
		"a step over its stage's budget": {
			func(_ map[string]string, two *stages.Stage, _, _ *stages.Step) {
				two.Budget = stages.Budget{stages.Core: 5, stages.Given: 2}
			},
			[]string{`stage02-two: its core steps add 6 lines of non-test Go, more than 5`},
		},
		"a step over its part's budget": {
			func(_ map[string]string, two *stages.Stage, _, _ *stages.Step) {
				two.Parts[0].Budget = stages.Budget{stages.Core: 6, stages.Given: 1}
			},
			[]string{`stage02-two: in part "the whole" the given steps add 2 lines of non-test Go, more than 1`},
		},
		"too much taken away": {
			func(_ map[string]string, two *stages.Stage, _, _ *stages.Step) { two.MaxDeleted = 4 },
			[]string{"stage02-two: it takes away 5 lines of non-test Go of the stage before, more than 4"},
		},
		"too many tests": {
			func(_ map[string]string, two *stages.Stage, _, _ *stages.Step) { two.MaxTests = 3 },
			[]string{"stage02-two: it adds 4 lines of tests, more than 3"},
		},
		"too much noise": {
			func(_ map[string]string, two *stages.Stage, _, _ *stages.Step) { two.MaxNoise = 5 },
			[]string{"stage02-two: 57.1 % of what changes in files of the stage before is not the lesson, more than 5.0 %"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			files, all := lesson()
			c.spoil(files, &all[1], &steps(all)[0], &steps(all)[1])
			require.Equal(t, c.want, problems(t, files, all))
		})
	}
}

func TestTestsMayImportWhatIsForTests(t *testing.T) {
	files, all := lesson()
	files["stage02-two/internal/leaktest/leaktest.go"] = "package leaktest\n"
	files["stage02-two/internal/cmdtest/cmdtest.go"] = "package cmdtest\n\nimport _ \"example.com/workshop/stage02-two/internal/leaktest\"\n"
	files["stage02-two/b_test.go"] = "package a\n\nimport _ \"example.com/workshop/stage02-two/internal/cmdtest\"\n"
	steps(all)[1].Files = append(steps(all)[1].Files, "internal/leaktest/", "internal/cmdtest/")
	require.Empty(t, problems(t, files, all))
}

func TestAWritableMethodIsNamedWithItsType(t *testing.T) {
	files, all := lesson()
	files["stage02-two/b.go"] = "package a\n\ntype Store[K any] struct{}\n\n// Put puts.\nfunc (s *Store[K]) Put() int {\n\treturn 2\n}\n"
	steps(all)[0].Write = []string{"Store.Put"}
	require.Empty(t, problems(t, files, all))
	steps(all)[0].Write = []string{"Put"}
	require.Len(t, problems(t, files, all), 1)
}
