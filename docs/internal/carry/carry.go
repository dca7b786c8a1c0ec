// Package carry takes a file that was changed in one stage to the other stages
// whose copy should be the same.
//
// The one rule: the manifest decides. A file is the same in two neighbouring
// stages unless a step of the later one lists it, and nothing is written where
// it differs on purpose.
package carry

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// State is how a stage's copy compares to the file that is carried.
type State string

// The states of a copy.
const (
	Same    State = "is the same"
	Stale   State = "is to be the same, and differs"
	Absent  State = "is to be the same, and is missing"
	Differs State = "differs on purpose"
)

// Copy is one stage's copy of a file.
type Copy struct {
	Path  string // from the repository's root, with slashes
	State State
	Why   string // of Differs: the step that changes the file
	text  []byte // what should stand there; nil of Differs
	mode  fs.FileMode
}

// ErrNotCarried is the error for a path at which nothing can be carried.
var ErrNotCarried = errors.New("cannot be carried")

// Plan returns how every other stage's copy compares to the file at path, or to each file
// below it if path is a folder. It writes nothing. An error that wraps ErrNotCarried is
// about path itself: it is missing, or in no stage, or no step lists it.
func Plan(root string, all []stages.Stage, path string) ([]Copy, error) {
	home, name, err := locate(root, all, path)
	if err != nil {
		return nil, err
	}
	files, err := filesBelow(path, name)
	if err != nil {
		return nil, err
	}
	var copies []Copy
	for _, file := range files {
		more, err := plan(root, all, home, file)
		if err != nil {
			return nil, err
		}
		copies = append(copies, more...)
	}
	return copies, nil
}

// Apply writes the copies that differ though they should not.
func Apply(root string, copies []Copy) error {
	for _, c := range copies {
		if c.State != Stale && c.State != Absent {
			continue
		}
		file := filepath.Join(root, filepath.FromSlash(c.Path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, c.text, c.mode); err != nil {
			return err
		}
	}
	return nil
}

// locate returns the stage that path is in, and its name within the stage.
func locate(root string, all []stages.Stage, path string) (home stages.Stage, name string, err error) {
	root, err = filepath.EvalSymlinks(root)
	if err != nil {
		return home, "", err
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return home, "", err
	}
	if absolute, err = filepath.EvalSymlinks(absolute); errors.Is(err, fs.ErrNotExist) {
		return home, "", fmt.Errorf("%s %w: there is no such file or folder", path, ErrNotCarried)
	} else if err != nil {
		return home, "", err
	}
	below, err := filepath.Rel(root, absolute)
	if err != nil {
		return home, "", fmt.Errorf("%s %w: %w", path, ErrNotCarried, err)
	}
	dir, name, _ := strings.Cut(filepath.ToSlash(below), "/")
	i := slices.IndexFunc(all, func(s stages.Stage) bool { return s.Dir == dir })
	if i < 0 {
		return home, "", fmt.Errorf("%s %w: it is in no stage's folder", path, ErrNotCarried)
	}
	return all[i], name, nil
}

// filesBelow returns the names within their stage of the file at path, or of the files
// below that folder. It leaves out files that the manifest leaves out.
func filesBelow(path, name string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if stages.Ignored(filepath.Base(path)) {
			return nil, fmt.Errorf("%s %w: each stage has its own", path, ErrNotCarried)
		}
		return []string{name}, nil
	}
	tree, err := stages.ReadTree(path)
	if err != nil {
		return nil, err
	}
	var files []string
	for file := range tree {
		files = append(files, strings.TrimPrefix(name+"/"+file, "/"))
	}
	slices.Sort(files)
	if len(files) == 0 {
		return nil, fmt.Errorf("%s %w: there is no file in it", path, ErrNotCarried)
	}
	return files, nil
}

// plan returns how every other stage's copy compares to one file, from the last stage
// down to the one in which the file begins.
func plan(root string, all []stages.Stage, home stages.Stage, name string) ([]Copy, error) {
	begins := slices.IndexFunc(all, func(s stages.Stage) bool { return s.Lists(name) > 0 })
	if begins < 0 || all[begins].Number > home.Number {
		return nil, fmt.Errorf("%s/%s %w: no step up to stage %d lists it, so nothing says where it begins",
			home.Dir, name, ErrNotCarried, home.Number)
	}
	source := filepath.Join(root, home.Dir, filepath.FromSlash(name))
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(source)
	if err != nil {
		return nil, err
	}
	var copies []Copy
	for _, s := range slices.Backward(all) {
		if s.Number == home.Number || s.Number < all[begins].Number {
			continue
		}
		c := Copy{Path: s.Dir + "/" + name, State: Same, mode: info.Mode().Perm()}
		if c.Why = parted(all, home, s, name); c.Why != "" {
			c.State = Differs
		} else if err := c.compare(root, module(home), module(s), text); err != nil {
			return nil, err
		}
		copies = append(copies, c)
	}
	return copies, nil
}

// compare reads the existing copy, and records what it should be.
func (c *Copy) compare(root, from, to string, text []byte) error {
	c.text = bytes.ReplaceAll(text, []byte(from), []byte(to))
	old, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(c.Path)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.State = Absent
	case err != nil:
		return err
	case !bytes.Equal(old, c.text):
		c.State = Stale
	}
	return nil
}

// parted returns which step between two stages changes, adds or removes a file, the
// nearest to home if there are several; it is empty if none does.
func parted(all []stages.Stage, home, other stages.Stage, name string) string {
	var why []string
	for _, s := range all {
		if s.Number <= min(home.Number, other.Number) || s.Number > max(home.Number, other.Number) {
			continue
		}
		if n := s.Lists(name); n > 0 {
			why = append(why, fmt.Sprintf("step %d.%d, %s", s.Number, n, s.Steps()[n-1].Title))
		} else if slices.ContainsFunc(s.Gone, func(g stages.Gone) bool { return g.Path == name }) {
			why = append(why, s.Name()+" has it no more")
		}
	}
	switch {
	case len(why) == 0:
		return ""
	case other.Number > home.Number:
		return why[0]
	}
	return why[len(why)-1]
}

func module(s stages.Stage) string { return "example.com/workshop/" + s.Dir }
