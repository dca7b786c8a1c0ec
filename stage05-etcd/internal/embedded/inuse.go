package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrInUse is why a node cannot start in a directory that another one works in.
var ErrInUse = errors.New("is in use")

// hold makes this process the one that works in dir, until the release that it
// returns is called, or the process ends. It returns an ErrInUse that names the
// process which does, if it is one of this package. Left alone, etcd waits for the
// other one's end without a word, and nothing stops it.
func hold(dir string) (release func(), err error) {
	nothing := func() {}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nothing, err
	}
	pid := filepath.Join(dir, "pid")
	// bbolt unlocks what it closes. A lock that ends when its file is closed would go on in
	// a child of this process that is being started and has not closed the file yet.
	lock, err := bbolt.Open(filepath.Join(dir, "lock"), 0o600, &bbolt.Options{Timeout: time.Nanosecond})
	if errors.Is(err, bolterrors.ErrTimeout) {
		text, _ := os.ReadFile(pid)
		return nothing, fmt.Errorf("data in %s %w by process %s", dir, ErrInUse, strings.TrimSpace(string(text)))
	}
	if err != nil {
		return nothing, err
	}
	release = func() { lock.Close() }
	if err := heldByEtcd(dir); err != nil {
		return release, err
	}
	return release, os.WriteFile(pid, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600)
}

// heldByEtcd returns an ErrInUse while an etcd that did not start with hold has
// the database open.
func heldByEtcd(dir string) error {
	file := filepath.Join(dir, "member", "snap", "db")
	if _, err := os.Stat(file); err != nil {
		return nil // there is none yet
	}
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true, Timeout: 100 * time.Millisecond})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return fmt.Errorf("data in %s %w by another etcd", dir, ErrInUse)
	}
	if err != nil {
		return nil // etcd says better what it is
	}
	return db.Close()
}
