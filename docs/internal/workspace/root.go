// Package workspace finds the workshop on disk, so that every command works
// from any folder inside it.
package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrOutside says that a folder is not inside the workshop's repository.
var ErrOutside = errors.New("not inside the workshop")

// Root walks up from dir to the repository: the first folder that holds both
// go.work and docs/go.mod. An exercise copy has a go.work of its own, but no
// docs, so its root is still the repository.
func Root(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := start; ; at = filepath.Dir(at) {
		found, err := holds(at, "go.work", filepath.Join("docs", "go.mod"))
		if err != nil {
			return "", err
		}
		if found {
			return at, nil
		}
		if filepath.Dir(at) == at {
			return "", fmt.Errorf("%w: no go.work beside a docs folder in %s or above it; change to the repository first",
				ErrOutside, start)
		}
	}
}

func holds(dir string, names ...string) (bool, error) {
	for _, name := range names {
		_, err := os.Stat(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}
