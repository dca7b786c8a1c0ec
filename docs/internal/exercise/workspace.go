// Package exercise makes copies of the stages in which the participant writes
// functions anew, checks them step by step, and helps with hints and solutions.
//
// The one rule: whatever a participant has written is never lost. Start never
// overwrites, and Reset keeps a copy of what it replaces.
package exercise

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/scratch"
	"example.com/workshop/docs/internal/stages"
)

// Folder is where the copies are, in the repository; git ignores it.
const Folder = "work"

// Work is a participant's copy of a stage.
type Work struct {
	Root  string // the repository
	Stage stages.Stage
	Dir   string // the copy
}

// At names a stage's copy, which may not be there yet.
func At(root string, s stages.Stage) Work {
	return Work{Root: root, Stage: s, Dir: filepath.Join(root, Folder, s.Dir)}
}

// Name returns the name of the copy in messages: its path from the repository, with
// slashes.
func (w Work) Name() string { return path.Join(Folder, w.Stage.Dir) }

// NotStartedError is the error for a stage that has no copy yet.
type NotStartedError struct {
	Name  string
	Stage int
}

func (e *NotStartedError) Error() string {
	return fmt.Sprintf("there is no %s yet; go run ./docs start %d makes it", e.Name, e.Stage)
}

// exists reports whether the copy is there.
func (w Work) exists() (bool, error) {
	_, err := os.Stat(w.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// begun returns a *NotStartedError unless the copy is there.
func (w Work) begun() error {
	there, err := w.exists()
	if err == nil && !there {
		return &NotStartedError{w.Name(), w.Stage.Number}
	}
	return err
}

// state returns the folder of the copy that the tools use for recorded results and test
// binaries. It can be removed without a loss.
func (w Work) state() string { return filepath.Join(w.Root, Folder, ".check", w.Stage.Dir) }

// lock waits until no other command works in the copy's folder for the tools, and keeps
// others out until the returned function is called.
func (w Work) lock(ctx context.Context) (unlock func(), err error) {
	return scratch.AwaitAlone(ctx, w.state()+".lock")
}

// files are texts by their path below a folder, with slashes.
type files map[string]string

// readFiles reads a stage or a copy of one, except hidden files and folders, files that
// builds and tests leave behind, and files that stages.IsReadable refuses.
func readFiles(dir string) (files, error) {
	all := make(files)
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case strings.HasPrefix(entry.Name(), "."), name == "bin", leftBehind(entry.Name()):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir(), !stages.IsReadable(root, name):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		all[name] = string(text)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return all, nil
}

func leftBehind(base string) bool {
	return slices.Contains([]string{".test", ".prof", ".exe", ".out"}, path.Ext(base))
}

// write writes the files below a folder, and makes the folders that they need.
func (f files) write(dir string) error {
	for name, text := range f {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a regular file, and one of the stage belongs there", file) // a pipe would wait for its reader
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// tree is the files as the manifest compares them.
func (f files) tree() stages.Tree {
	tree := make(stages.Tree)
	for name, text := range f {
		tree[name] = stages.Normalise(text)
	}
	return tree
}
