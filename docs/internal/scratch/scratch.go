// Package scratch makes folders for what a command needs only while it runs.
//
// The one rule: the next command removes a folder that a killed one left behind, after it
// has ended the processes that still run from it. It never removes a folder in use: that
// holds a file which its owner keeps locked.
package scratch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// prefix begins the name of every folder that this package makes.
const prefix = "workshop-"

// lockFile is the file that the owner of a folder keeps locked.
const lockFile = ".lock"

// settled is the age from which a folder without an owner counts as left behind; a
// younger one may be about to be locked.
const settled = time.Minute

// Folder is a folder for temporary files.
type Folder struct {
	Path string
	lock *os.File
}

// New makes a folder in the system's folder for temporary files, whose name
// tells what it is for, and removes those that were left behind there.
func New(purpose string) (*Folder, error) {
	sweep(os.TempDir())
	path, err := os.MkdirTemp("", prefix+purpose+"-")
	if err != nil {
		return nil, fmt.Errorf("no folder for temporary files: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = tryLock(lock)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	return &Folder{Path: path, lock: lock}, nil
}

// Remove removes the folder and all that is in it. Calling it again does
// nothing.
func (f *Folder) Remove() error {
	_ = f.lock.Close() // Windows removes no file that is open
	return os.RemoveAll(f.Path)
}

// sweep removes the folders below dir whose owner is gone. What cannot be
// removed stays for the next time.
func sweep(dir string) {
	locks, err := fs.Glob(os.DirFS(dir), prefix+"*/"+lockFile) // in which dir is no pattern
	if err != nil {
		return
	}
	for _, lock := range locks {
		name := filepath.Join(dir, filepath.FromSlash(lock))
		if info, err := os.Stat(name); err != nil || time.Since(info.ModTime()) < settled {
			continue
		}
		lock, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		free := tryLock(lock) == nil
		_ = lock.Close()
		if free {
			endLeft(filepath.Dir(name))
			_ = os.RemoveAll(filepath.Dir(name))
		}
	}
}
