package stages

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
)

// Tree holds a stage's files by their path, with slashes. Import paths are
// normalised: a stage's own module path reads the same in every stage, so that
// a copied file is equal to its original.
type Tree map[string]string

// modulePath matches the module path of any stage.
var modulePath = regexp.MustCompile(`example\.com/workshop/stage[0-9]{2}-[a-z0-9]+`)

// Module is what Normalise makes of every stage's module path.
const Module = "example.com/workshop/stage"

// ReadTree reads the lesson's files below dir. It leaves out README.md, go.mod and
// go.sum, hidden files and folders, and binaries that a build or a test run left behind.
func ReadTree(dir string) (Tree, error) {
	tree := make(Tree)
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir(), Ignored(entry.Name()), !IsReadable(root, name):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil || bytes.IndexByte(text, 0) >= 0 {
			return err
		}
		tree[name] = Normalise(string(text))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return tree, nil
}

// maxText bounds the bytes of a file that somebody has written. A core dump is longer.
const maxText = 8 << 20

// IsReadable reports whether the file can be read to its end: it is not a link to a
// folder or to nothing, not a pipe, and not longer than maxText.
func IsReadable(root fs.FS, name string) bool {
	info, err := fs.Stat(root, name)
	return err == nil && info.Mode().IsRegular() && info.Size() <= maxText
}

// Ignored reports whether no lesson is about a file of that name.
func Ignored(base string) bool {
	switch base {
	case "README.md", "go.mod", "go.sum":
		return true
	}
	return path.Ext(base) == ".prof"
}

// Normalise makes a file's text comparable across stages: one module path, and
// line ends without carriage returns.
func Normalise(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return modulePath.ReplaceAllString(text, Module)
}
