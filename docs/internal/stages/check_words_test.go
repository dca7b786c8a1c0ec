package stages_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

func TestCheckFindsWhatTextsReferToInVain(t *testing.T) {
	for text, want := range map[string][]string{
		"// See step \"Add\".":                                  nil,
		"// See stage 2, step \"Add\".":                         nil,
		"// See stage 1, step \"Add\".":                         {`it names the step "Add", which does not exist in stage 1`},
		"// See step\n// \"Addition\".":                         {`it names the step "Addition", which does not exist`},
		"const see = `step \"Addition\"`":                       {`it names the step "Addition", which does not exist`},
		"const see = \"step \\\"Addition\\\"\"":                 {`it names the step "Addition", which does not exist`},
		"const see = `step \"%s\" of chapter %d`":               nil,
		"// TestThis notices, and TestMain and Testing do not.": nil,
		"const see = `TestThat notices`":                        {"it names TestThat, which is no test of the stage"},
		"// See Stage 02, and stage01-one.":                     nil,
		"const see = `Stage 3 mends it`":                        {"it names stage 3, which does not exist"},
		"// See stage02-tow.":                                   {"it names stage02-tow, which is no stage's folder"},
		"// Chapter 01 has it.":                                 nil,
		"// See chapter 02.":                                    {"it names chapter 02, which does not exist: name the stage"},
		"// This is trap N1.":                                   nil,
		"const see = \"trap N2: see stage 2\"":                  {"it names N2, which docs/traps.md does not explain"},
		"// EN2, N2x and N200 are no traps, and neither is U2.": nil,
	} {
		t.Run(text, func(t *testing.T) {
			files, all := twoStages()
			files["docs/traps.md"] = "# Traps\n\n### N1: a trap\n\nText.\n"
			files["stage02-two/b_test.go"] = "package a\n\nfunc TestThis() {}\n"
			all[1].Parts[0].Steps[0].Files = append(all[1].Parts[0].Steps[0].Files, "b_test.go")
			files["docs/stage01-one-1-begin.md"] = "# Chapter\n"
			files["stage02-two/b.go"] = "package a\n\n" + text + "\n\nvar B = 1\n"
			got := problems(t, files, all)
			for i := range want {
				want[i] = "stage02-two/b.go: " + want[i]
			}
			require.ElementsMatch(t, want, got)
		})
	}
}

func TestTheTrapsPageNamesTestsThatExist(t *testing.T) {
	files, all := twoStages()
	files["stage01-one/a_test.go"] = "package a\n\nfunc TestA() {}\n"
	files["stage02-two/c/c_test.go"] = "package c\n\nfunc TestC() {}\n"
	const page = "# Traps\n\n`TestNobody` is in no trap.\n\n### N1: one\n\nStage 01: `TestA`. Stage 02: `c/TestC`\nand `TestA`.\n\n### N2: two\n\n`TestA` without a stage.\n"
	require.Equal(t, []stages.Trap{
		{ID: "N1", Tests: []stages.Caught{{1, "TestA"}, {2, "c/TestC"}, {2, "TestA"}}},
		{ID: "N2", Tests: []stages.Caught{{0, "TestA"}}},
	}, stages.Traps(page))
	found, err := stages.CheckTraps(tree(t, files), all, page)
	require.NoError(t, err)
	require.Equal(t, []stages.Problem{
		{"docs", "traps.md", "N1 names TestA, which stage 2 does not have"},
		{"docs", "traps.md", "N2 names TestA, which stage 0 does not have"},
	}, found)
}
