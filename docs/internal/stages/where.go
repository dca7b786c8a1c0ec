package stages

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// NoStepError is the error for a step that does not exist.
type NoStepError struct{ text string }

func (e *NoStepError) Error() string { return e.text }

func noStep(format string, args ...any) error { return &NoStepError{fmt.Sprintf(format, args...)} }

// FindStep returns the number of the step of stage s that what names: a number, as 3 or
// 4.3 for the third step of stage 4, or a function that the step adds or changes, as
// Store.Put or jitter. If there is none, it returns a *NoStepError, which says where else
// the function is.
func FindStep(root string, all []Stage, s Stage, what string) (int, error) {
	digits := strings.TrimPrefix(what, strconv.Itoa(s.Number)+".")
	if n, err := strconv.Atoi(digits); err == nil {
		if n < 1 || n > len(s.Steps()) {
			return 0, noStep("step %s: %s has steps 1 to %d", what, s.Name(), len(s.Steps()))
		}
		return n, nil
	}
	steps, err := stepsOf(root, all, s, what)
	if err != nil {
		return 0, err
	}
	switch len(steps) {
	case 1:
		return steps[0], nil
	case 0:
		return 0, elsewhere(root, all, s, what)
	}
	var titles []string
	for _, n := range steps {
		titles = append(titles, fmt.Sprintf("%d.%d %s", s.Number, n, s.Steps()[n-1].Title))
	}
	return 0, noStep("several steps of %s declare %s: %s", s.Name(), what, strings.Join(titles, "; "))
}

// stepsOf returns the numbers of the steps in which a function is new or
// changed.
func stepsOf(root string, all []Stage, s Stage, name string) ([]int, error) {
	changes, err := Changes(root, all, s.Number-1, s.Number)
	if err != nil {
		return nil, err
	}
	var steps []int
	for i, step := range s.Steps() {
		for _, file := range step.Covers(changes) {
			change := changes[file]
			before := Tree{change.From: change.Before}
			for _, f := range (Tree{file: change.After}).functions(name) {
				if !slices.Contains(before.functions(name), f) && !slices.Contains(steps, i+1) {
					steps = append(steps, i+1)
				}
			}
		}
	}
	return steps, nil
}

// functions returns the texts of all functions of that name outside of tests.
func (t Tree) functions(name string) (texts []string) {
	for _, file := range t.Declaring(name) {
		for _, f := range Funcs(t[file]) {
			if f.Name == name {
				texts = append(texts, f.Text)
			}
		}
	}
	return texts
}

// elsewhere returns the step of a function that a stage neither adds nor changes: the
// last step before the stage that does, or else the first one after it.
func elsewhere(root string, all []Stage, s Stage, name string) error {
	i := slices.IndexFunc(all, func(o Stage) bool { return o.Number == s.Number })
	before := slices.Clone(all[:i])
	slices.Reverse(before)
	for _, other := range slices.Concat(before, all[i+1:]) {
		steps, err := stepsOf(root, all, other, name)
		if err != nil {
			return err
		}
		if len(steps) > 0 {
			return noStep("%s neither adds nor changes a function %s; see step %d.%d, %s",
				s.Name(), name, other.Number, steps[0], other.Steps()[steps[0]-1].Title)
		}
	}
	tree, err := ReadTree(filepath.Join(root, s.Dir))
	if err != nil {
		return err
	}
	if files := tree.Declaring(name); len(files) > 0 {
		return noStep("%s has %s in %s, but no step lists it", s.Name(), name, strings.Join(files, ", "))
	}
	return noStep("no step has a function %s; a method is named with its type, as Store.Put", name)
}
