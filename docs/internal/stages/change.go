package stages

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Change is a file that differs between two stages, normalised.
type Change struct {
	Path    string // in the later stage, or in the earlier one if the file is gone
	From    string // its path in the earlier stage; empty if it is new
	Before  string
	After   string
	Deleted bool
}

// Added reports whether the earlier stage has no such file.
func (c Change) Added() bool { return c.From == "" }

// Changes compares two stages by number and returns every file that differs, by
// path. Stage 0 is the empty one before the first. Renames on the way, as the
// manifest lists them, are followed.
func Changes(root string, all []Stage, from, to int) (map[string]Change, error) {
	before, err := readStage(root, all, from)
	if err != nil {
		return nil, err
	}
	after, err := readStage(root, all, to)
	if err != nil {
		return nil, err
	}
	return compare(before, after, renames(all, from, to)), nil
}

func readStage(root string, all []Stage, number int) (Tree, error) {
	if number == 0 {
		return Tree{}, nil
	}
	s, err := Find(all, number)
	if err != nil {
		return nil, err
	}
	return ReadTree(filepath.Join(root, s.Dir))
}

// renames maps the paths of moved files in stage to to their paths in stage from.
func renames(all []Stage, from, to int) map[string]string {
	origin := make(map[string]string)
	for _, s := range all {
		if s.Number <= from || s.Number > to {
			continue
		}
		for _, g := range s.Gone {
			old := cmp.Or(origin[g.Path], g.Path)
			delete(origin, g.Path)
			if g.To != "" {
				origin[g.To] = old
			}
		}
	}
	return origin
}

// Compare returns every file that differs between two trees, by path.
func Compare(before, after Tree) map[string]Change { return compare(before, after, nil) }

func compare(before, after Tree, renames map[string]string) map[string]Change {
	changes := make(map[string]Change)
	for name, text := range after {
		from := name
		if _, same := before[name]; !same {
			from = renames[name]
		}
		old, ok := before[from]
		if !ok {
			from = ""
		}
		if !ok || old != text || from != name {
			changes[name] = Change{Path: name, From: from, Before: old, After: text}
		}
	}
	for name, text := range before {
		if _, kept := after[name]; !kept {
			changes[name] = Change{Path: name, From: name, Before: text, Deleted: true}
		}
	}
	return changes
}

// Covers returns the paths of the changes that one entry of a step's files stands for,
// sorted. A file that is gone is covered only by its own path.
func Covers(entry string, changes map[string]Change) []string {
	var names []string
	for name, change := range changes {
		if name == entry || Matches(entry, name) && !change.Deleted {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Matches reports whether an entry of a step's files stands for a file.
func Matches(entry, file string) bool {
	switch {
	case strings.HasSuffix(entry, "/"):
		return strings.HasPrefix(file, entry)
	case strings.Contains(entry, "*"):
		matched, err := path.Match(entry, file)
		return matched && err == nil
	}
	return entry == file
}

// Covers returns the paths of the changes that a step lists, in its order.
func (s Step) Covers(changes map[string]Change) []string {
	var names []string
	for _, entry := range s.Files {
		for _, name := range Covers(entry, changes) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
