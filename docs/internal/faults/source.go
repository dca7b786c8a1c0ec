package faults

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"example.com/workshop/docs/internal/stages"
)

// Source says where a matrix comes from, so that it can be measured again.
type Source struct {
	Command string    `json:"command"`
	Commit  string    `json:"commit"` // with -dirty if files were changed; "unknown" outside git
	When    time.Time `json:"when"`
	Machine string    `json:"machine"`
	// Code is what Code returned for each stage that was measured, by its
	// folder.
	Code map[string]string `json:"code,omitempty"`
}

// Here is the source of what command measures now of some stages, in the
// repository root.
func Here(ctx context.Context, root, command string, measured []stages.Stage) (Source, error) {
	code := make(map[string]string)
	for _, s := range measured {
		var err error
		if code[s.Dir], err = Code(root, s); err != nil {
			return Source{}, err
		}
	}
	return Source{
		Code: code, Command: command, Commit: Commit(ctx, root), When: time.Now().UTC().Truncate(time.Second),
		Machine: fmt.Sprintf("%d processors, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version()),
	}, nil
}

// Changed names the stages whose code is no longer what was measured, as 04.
func (s Source) Changed(root string, all []stages.Stage) ([]string, error) {
	var changed []string
	for _, stage := range all {
		code, err := Code(root, stage)
		if err != nil {
			return nil, err
		}
		if code != s.Code[stage.Dir] {
			changed = append(changed, fmt.Sprintf("%02d", stage.Number))
		}
	}
	return changed, nil
}

// Commit is the commit of the repository root. It ends in -dirty if a file is
// changed or new that is not part of the matrix itself.
func Commit(ctx context.Context, root string) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	git := func(args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = root
		out, err := cmd.Output()
		return strings.TrimSpace(string(out)), err
	}
	commit, err := git("describe", "--always")
	if err != nil {
		return "unknown"
	}
	changed, err := git("status", "--porcelain", "--", ".", ":(exclude)docs/fault-matrix.*", ":(exclude)README.md")
	if err != nil || changed != "" {
		commit += "-dirty"
	}
	return commit
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

// legend says what the matrix shows.
var legend = fmt.Sprintf(`# The fault matrix

The same faults, against real processes of every stage. Each run makes %d calls a second for %.0f to %.0f s, with three servers at the
start and all processes on one machine; a lease lasts %.0f s, and a call without an answer after 1 s has failed. A process that is
killed refuses connections at once, as a machine that dies does not: the servers that hang, or are cut off, show that.

The columns are the stages; the last one is stage 05 with servers and callers that speak gRPC, found through the same registry.

A cell tells how many calls failed of those that were sent, and how long after the fault the last one did. Times are read from a
report per second and may be up to a second too long; never means not before the run ended. A call that was made again elsewhere and
answered has not failed. The cell shows the median of its runs and, if it differs, the worst. It is bold if somebody noticed the
fault: a caller whose call failed or waited for the slow server, or a server that got no calls or was not listed again.

`, load.Rate, load.For.Seconds(), longestLoad.For.Seconds(), TTL.Seconds())

// Markdown is the report for people. It names the stages that have changed since
// it was measured.
func (r Report) Markdown(columns []Column, faults []Fault, changed []string) string {
	text := legend + Markdown(columns, faults, r.Cells) + "\n" + r.Source.String() + "\n"
	for _, stage := range changed {
		text += "\nStage " + stage + " has changed since this was measured.\n"
	}
	return text
}
