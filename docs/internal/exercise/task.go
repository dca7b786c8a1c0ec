package exercise

import (
	"fmt"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/text/near"
)

// Task is a function that a participant writes.
type Task struct {
	Name string // Store.Beat, or jitter
	File string // in the stage, with slashes
	Step int    // of the stage, from 1
	Role stages.Role
}

// Tasks returns the functions that a stage asks a participant to write, in
// lesson order. The tree is the stage's own, in which they stand.
func Tasks(s stages.Stage, tree stages.Tree) ([]Task, error) {
	var tasks []Task
	for i, step := range s.Steps() {
		for _, name := range step.Write {
			files := tree.Declaring(name)
			files = slices.DeleteFunc(files, func(file string) bool {
				return !slices.ContainsFunc(step.Files, func(entry string) bool { return stages.Matches(entry, file) })
			})
			if len(files) != 1 {
				return nil, fmt.Errorf("%s, step %d: %s stands in %d of its files", s.Name(), i+1, name, len(files))
			}
			tasks = append(tasks, Task{Name: name, File: files[0], Step: i + 1, Role: step.Role})
		}
	}
	return tasks, nil
}

// NoTaskError is the error for a name of which a stage has no function to write.
type NoTaskError struct{ text string }

func (e *NoTaskError) Error() string { return e.text }

// FindTask returns the task of that name. The type of a method may be left out, and case
// does not matter, as long as the name is unambiguous. The error is a *NoTaskError, which
// names the nearest.
func FindTask(s stages.Stage, tasks []Task, name string) (Task, error) {
	method := func(t Task) string { return t.Name[strings.Index(t.Name, ".")+1:] }
	var found []Task
	for _, same := range []func(Task) bool{
		func(t Task) bool { return t.Name == name },
		func(t Task) bool { return method(t) == name },
		func(t Task) bool { return strings.EqualFold(t.Name, name) || strings.EqualFold(method(t), name) },
	} {
		if found = slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool { return !same(t) }); len(found) > 0 {
			break
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Task{}, &NoTaskError{fmt.Sprintf("%s asks nobody to write %q; %s", s.Name(), name, suggest(tasks, name))}
	}
	return Task{}, &NoTaskError{fmt.Sprintf("%s has more than one %q: %s", s.Name(), name, strings.Join(names(found), ", "))}
}

func names(tasks []Task) []string {
	var all []string
	for _, t := range tasks {
		all = append(all, t.Name)
	}
	return all
}

// suggest returns the task that was probably meant, or all of the core, and then those of
// the deep steps, which a copy asks for only if it was made so.
func suggest(tasks []Task, typed string) string {
	if likely := near.Likely(typed, names(tasks)); likely != "" {
		return "did you mean " + likely + "?"
	}
	var core, deep, there []string
	for _, t := range tasks {
		if t.Role == stages.Deep {
			deep = append(deep, t.Name)
		} else {
			core = append(core, t.Name)
		}
	}
	if len(core) > 0 {
		there = append(there, strings.Join(core, ", "))
	}
	if len(deep) > 0 {
		there = append(there, "in deep steps "+some(deep))
	}
	return "there are " + strings.Join(there, ", and ")
}

// someNames is how many names of a long list a message shows.
const someNames = 5

// some returns the first of those names, and how many more there are.
func some(names []string) string {
	if len(names) <= someNames+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s, … and %d more", strings.Join(names[:someNames], ", "), len(names)-someNames)
}
