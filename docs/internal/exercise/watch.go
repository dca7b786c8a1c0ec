package exercise

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// pollEvery is how often Watch looks at the files. Polling works the same on every
// operating system, and a copy has a few hundred files.
const pollEvery = 300 * time.Millisecond

// Watch calls check, and again after each change of a Go file in the copy, until
// ctx ends or check fails.
func Watch(ctx context.Context, w Work, check func() error) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		seen := w.stamps()
		if err := check(); err != nil {
			return err
		}
		for same(seen, w.stamps()) {
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// stamp holds what changes when a file is saved.
type stamp struct {
	at   time.Time
	size int64
}

// stamps returns the stamps of the copy's Go files and of its go.mod. A file that cannot
// be read, because an editor is replacing it, has none.
func (w Work) stamps() map[string]stamp {
	all := make(map[string]stamp)
	_ = filepath.WalkDir(w.Dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		base := entry.Name()
		if strings.HasPrefix(base, ".") && name != w.Dir {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(base) == ".go" || base == "go.mod" {
			if info, err := os.Stat(name); err == nil {
				all[name] = stamp{info.ModTime(), info.Size()}
			}
		}
		return nil
	})
	return all
}

func same(a, b map[string]stamp) bool {
	if len(a) != len(b) {
		return false
	}
	for name, stamp := range a {
		if b[name] != stamp {
			return false
		}
	}
	return true
}
