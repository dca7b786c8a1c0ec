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

// ErrInUse is the error of a node whose directory another etcd uses.
var ErrInUse = errors.New("is in use")

// hold makes this process the only user of dir until release is called or the process
// ends. If another process uses it, hold returns an ErrInUse, which names that process if
// it used this package. Without hold, etcd would wait for the other one to end, without a
// message, and nothing could stop it.
func hold(dir string) (release func(), err error) {
	nothing := func() {}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nothing, err
	}
	pid := filepath.Join(dir, "pid")
	// bbolt unlocks the file when it closes it. A lock that only ends when the file is
	// closed would live on in a child of this process that starts at that moment.
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

// heldByEtcd returns an ErrInUse while an etcd that was started without hold has the
// database open.
func heldByEtcd(dir string) error {
	file := filepath.Join(dir, "member", "snap", "db")
	if _, err := os.Stat(file); err != nil {
		return nil // there is no database yet
	}
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true, Timeout: 100 * time.Millisecond})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return fmt.Errorf("data in %s %w by another etcd", dir, ErrInUse)
	}
	if err != nil {
		return nil // etcd's own error is better
	}
	return db.Close()
}
