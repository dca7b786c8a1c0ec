package faults

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Source says where a matrix comes from, so that it can be measured again.
type Source struct {
	Command string    `json:"command"`
	Commit  string    `json:"commit"` // with -dirty if files were changed; "unknown" outside git
	When    time.Time `json:"when"`
	Machine string    `json:"machine"`
}

// Here is the source of what command measures now, in the repository root.
func Here(ctx context.Context, root, command string) Source {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	commit := "unknown"
	git := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty")
	git.Dir = root
	if out, err := git.Output(); err == nil {
		commit = strings.TrimSpace(string(out))
	}
	return Source{
		Command: command, Commit: commit, When: time.Now().UTC().Truncate(time.Second),
		Machine: fmt.Sprintf("%d processors, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version()),
	}
}

// String is the source as a sentence below the matrix.
func (s Source) String() string {
	return fmt.Sprintf("Measured by `%s` at commit %s on %s (%s).", s.Command, s.Commit, s.When.Format("2006-01-02"), s.Machine)
}

// Report is the matrix with its source, for programs.
type Report struct {
	Source Source `json:"source"`
	Cells  []Cell `json:"cells"`
}
