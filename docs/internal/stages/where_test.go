package stages_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

func TestAStepIsFoundByItsNumberOrByAFunction(t *testing.T) {
	files, all := lesson()
	files["stage01-one/a.go"] = "package a\n\nfunc Old() {}\n"
	files["stage02-two/a.go"] = files["stage01-one/a.go"]
	files["stage01-one/c/c.go"] = "package c\n\ntype T int\n\nfunc (t *T) Changes() int { return 1 }\n\nfunc stays() {}\n\nfunc Two() {}\n"
	files["stage02-two/c/c.go"] = "package c\n\ntype T int\n\nfunc (t *T) Changes() int { return 2 }\n\nfunc stays() {}\n\nfunc Two() int { return 2 }\n"
	files["stage02-two/b.go"] += "\nfunc Two() {}\n"
	files["stage02-two/own.go"] = "package a\n\nfunc Own() {}\n"
	root := tree(t, files)
	for what, want := range map[string]int{"1": 1, "2.2": 2, "B": 1, "T.Changes": 2} {
		got, err := stages.FindStep(root, all, all[1], what)
		require.NoError(t, err, what)
		require.Equal(t, want, got, what)
	}
	for what, want := range map[string]string{
		"0":     "step 0: stage 2 has steps 1 to 2",
		"3":     "step 3: stage 2 has steps 1 to 2",
		"Old":   "stage 2 neither adds nor changes a function Old; see step 1.1, All of it",
		"stays": "stage 2 neither adds nor changes a function stays; see step 1.1, All of it",
		"Own":   "stage 2 has Own in own.go, but no step lists it",
		"TestB": "no step has a function TestB; a method is named with its type, as Store.Put",
		"Two":   "several steps of stage 2 declare Two: 2.1 Add; 2.2 Change",
	} {
		_, err := stages.FindStep(root, all, all[1], what)
		require.EqualError(t, err, want, what)
	}
	_, err := stages.FindStep(root, all, all[0], "B")
	require.EqualError(t, err, "stage 1 neither adds nor changes a function B; see step 2.1, Add")
}
