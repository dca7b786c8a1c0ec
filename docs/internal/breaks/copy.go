package breaks

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// CopyDir is where the broken copy of a stage stands, from the repository's root.
func CopyDir(s stages.Stage) string { return "work/break/" + s.Dir }

// Copy makes a broken copy of a stage, and returns what the break changes in its file. It
// removes an earlier copy.
func Copy(root string, s stages.Stage, b Break) (stages.Change, error) {
	from, to := filepath.Join(root, s.Dir), filepath.Join(root, filepath.FromSlash(CopyDir(s)))
	change, err := b.Change(root, s)
	if err != nil {
		return change, err
	}
	if err := os.RemoveAll(to); err != nil {
		return change, err
	}
	if err := copyTree(from, to); err != nil {
		return change, err
	}
	// A workspace of its own: the one above does not name the copy.
	if err := os.WriteFile(filepath.Join(to, "go.work"), []byte("go 1.26.0\n\nuse .\n"), 0o644); err != nil {
		return change, err
	}
	return change, os.WriteFile(filepath.Join(to, filepath.FromSlash(b.File)), []byte(change.After), 0o644)
}

// Change returns what the break changes in its file of the stage.
func (b Break) Change(root string, s stages.Stage) (stages.Change, error) {
	change := stages.Change{Path: b.File, From: b.File}
	text, err := os.ReadFile(filepath.Join(root, s.Dir, filepath.FromSlash(b.File)))
	if err != nil {
		return change, fmt.Errorf("the break %s: %w", b.Name, err)
	}
	change.Before = strings.ReplaceAll(string(text), "\r\n", "\n")
	if change.After, err = Apply(change.Before, b.Source); err != nil {
		return change, fmt.Errorf("the break %s does not fit %s/%s: %w", b.Name, s.Dir, b.File, err)
	}
	return change, nil
}

// copyTree copies the files below a folder, except hidden ones and what a README's
// commands leave in bin.
func copyTree(from, to string) error {
	tree := os.DirFS(from)
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && (strings.HasPrefix(path.Base(name), ".") || name == "bin"):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, filepath.FromSlash(name)), 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, filepath.FromSlash(name)), text, 0o644)
	})
}
