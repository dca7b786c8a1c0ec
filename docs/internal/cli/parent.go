package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// errParentGone is the reason for stopping when go run was ended.
var errParentGone = errors.New("the go command that started this has ended")

// parentEvery is how often the parent is checked.
const parentEvery = 500 * time.Millisecond

// watchParent calls stop when parent, the go run that started this process, has ended. go
// run passes Ctrl-C on, but no signal that only it received.
func watchParent(ctx context.Context, parent int, stop context.CancelCauseFunc) {
	tick := time.NewTicker(parentEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if os.Getppid() != parent {
				stop(errParentGone)
				return
			}
		}
	}
}

// ofGoRun matches the folder of an executable that go run has built, or has built before
// and kept in its cache, whose folders are named by a hash.
var ofGoRun = regexp.MustCompile(`go-build.*[/\\]exe$|[/\\][0-9a-f]{64}-d$`)

// startedByGoRun reports whether go run has built the executable.
func startedByGoRun() bool {
	self, err := os.Executable()
	return err == nil && ofGoRun.MatchString(filepath.Dir(self))
}
