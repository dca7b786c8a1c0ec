package stages_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

// withTests is a tree whose second stage moves a test to another file, renames
// one, moves one to another folder, and drops one and a benchmark.
func withTests() (map[string]string, []stages.Stage) {
	files, all := twoStages()
	files["stage01-one/a_test.go"] = "package a\n\nfunc TestMoves() {}\n\nfunc TestOld() {}\n\nfunc TestMain() {}\n\nfunc Testament() {}\n"
	files["stage01-one/c/c_test.go"] = "package c\n\nfunc TestAway() {}\n\nfunc TestDrop() {}\n\nfunc BenchmarkDrop() {}\n"
	files["stage02-two/z_test.go"] = "package a\n\nfunc TestMoves() {}\n\nfunc TestNew() {}\n\nfunc TestAway() {}\n"
	files["stage02-two/c/c_test.go"] = "package c\n"
	all[0].Parts[0].Steps[0].Files = append(all[0].Parts[0].Steps[0].Files, "a_test.go")
	steps(all)[1].Files = append(steps(all)[1].Files, "z_test.go", "c/c_test.go")
	all[1].Gone = append(all[1].Gone, stages.Gone{Path: "a_test.go", Reason: "z comes last"})
	all[1].GoneTests = []stages.GoneTest{
		{Name: "TestOld", To: "TestNew"},
		{Name: "c/TestAway", To: "TestAway"},
		{Name: "c/TestDrop", Reason: "nobody needs it"},
		{Name: "c/BenchmarkDrop", Reason: "nobody measures it"},
	}
	return files, all
}

func TestCheckAcceptsTestsThatSayWhereTheyWent(t *testing.T) {
	require.Empty(t, problems(t, first(withTests()), second(withTests())))
}

func TestCheckFindsTestsThatAreGone(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(files map[string]string, two *stages.Stage)
		want  string
	}{
		"renamed without a word": {
			func(_ map[string]string, two *stages.Stage) { two.GoneTests = two.GoneTests[1:] },
			"stage02-two/a_test.go: the test TestOld is gone from the stage before, but the manifest does not say where it went or why",
		},
		"in another folder without a word": {
			func(_ map[string]string, two *stages.Stage) {
				two.GoneTests = append(two.GoneTests[:1], two.GoneTests[2:]...)
			},
			"stage02-two/c/c_test.go: the test c/TestAway is gone from the stage before, but the manifest does not say where it went or why",
		},
		"without a reason": {
			func(_ map[string]string, two *stages.Stage) { two.GoneTests[2].Reason = " " },
			"stage02-two: the test c/TestDrop is gone without a reason",
		},
		"gone to a test that does not exist": {
			func(_ map[string]string, two *stages.Stage) { two.GoneTests[0].To = "c/TestNew" },
			"stage02-two: the manifest says that the test TestOld became c/TestNew, but there is no such test",
		},
		"still there": {
			func(files map[string]string, _ *stages.Stage) {
				files["stage02-two/c/c_test.go"] = "package c\n\nfunc TestDrop() {}\n"
			},
			"stage02-two: the manifest says that the test c/TestDrop is gone, but it is not",
		},
		"never there": {
			func(files map[string]string, two *stages.Stage) {
				two.GoneTests = append(two.GoneTests, stages.GoneTest{Name: "TestNever", Reason: "why not"})
			},
			"stage02-two: the manifest says that the test TestNever is gone, but it is not",
		},
	} {
		t.Run(name, func(t *testing.T) {
			files, all := withTests()
			c.spoil(files, &all[1])
			require.Equal(t, []string{c.want}, problems(t, files, all))
		})
	}
}
