package scratch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// ErrBusy is the error when another process has a file locked.
var ErrBusy = errors.New("it is in use")

// askAgain is how often a file that is locked is tried again.
const askAgain = 50 * time.Millisecond

// Alone locks a file, which it creates if needed, until the returned function is called
// or the process ends. It does not wait: the error is ErrBusy if another process has the
// file locked. On a file system without locks it keeps nobody out.
func Alone(file string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if busy(tryLock(f)) {
		return nil, errors.Join(ErrBusy, f.Close())
	}
	return func() { _ = f.Close() }, nil // which unlocks it
}

// AwaitAlone is Alone, but waits until the file is not locked, or ctx ends.
func AwaitAlone(ctx context.Context, file string) (unlock func(), err error) {
	for {
		unlock, err = Alone(file)
		if !errors.Is(err, ErrBusy) {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(askAgain):
		}
	}
}
