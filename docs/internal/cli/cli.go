// Package cli is the workshop's command line: one file per command, each of
// which only reads its arguments and calls the package that does the work.
//
// The one rule: a command returns its error. Main alone turns it into a line
// and an exit status: 2 for what the user typed wrong, 1 for what went wrong
// later.
package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

// App is what the commands work with.
type App struct {
	Stages []stages.Stage
	Pages  fs.FS        // the text that the guide serves
	Dir    string       // the working directory, from which the repository is found
	Build  proc.Builder // nil means the Go compiler
	Stdout io.Writer
	Stderr io.Writer
}

// Main runs the command line args and returns the exit status; pages is the text
// that the guide serves. It returns soon after a signal to stop.
func Main(pages fs.FS, args []string) int {
	ctx, stop := Stops(context.Background())
	defer stop(nil)
	return App{Stages: stages.All(), Pages: pages, Dir: ".", Stdout: Outlet{File: os.Stdout, Gone: stop}, Stderr: os.Stderr}.Run(ctx, args)
}

// Stops returns a context that ends with the first signal to stop, when the returned
// function is called with a reason, or when the go run that started the program ends. A
// closed terminal is such a signal too, so that it leaves no process behind. A signal
// that the parent has ignored, as with nohup, stays ignored.
func Stops(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	signal.Ignore(syscall.SIGPIPE) // Outlet tells of the only pipe that matters
	stops := slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
	ctx, unnotify := signal.NotifyContext(ctx, stops...)
	ctx, stop := context.WithCancelCause(ctx)
	if startedByGoRun() {
		go watchParent(ctx, os.Getppid(), stop) // ends with ctx
	}
	return ctx, func(reason error) {
		stop(reason)
		unnotify()
	}
}

// Run runs the command line args and returns the exit status. It returns soon
// after ctx ends.
func (a App) Run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usagef("%s", asTyped(err, args)) })
	root.SetArgs(twoDashes(args))
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	err := root.ExecuteContext(ctx)
	lost := lostOutput(ctx)
	_, unread := errors.AsType[outputError](context.Cause(ctx))
	switch {
	case lost != nil:
		err = lost
	case err == nil:
		return 0
	case stopped(ctx, err):
		fmt.Fprintln(a.Stderr, "docs: interrupted; everything is stopped")
		return 1
	case unread && errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return 0
	}
	fmt.Fprintln(a.Stderr, "docs:", oneLine(err))
	if choice, ok := errors.AsType[choiceError](err); ok {
		for _, name := range choice.names {
			fmt.Fprintln(a.Stderr, "  "+name)
		}
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	return 1
}

// stopped reports whether err means only that ctx has ended.
func stopped(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(ctx)))
}

// twoDashes lets -stage mean --stage, as it does for every other command of the
// workshop. No flag here has a short form of more than one letter.
func twoDashes(args []string) []string {
	all := slices.Clone(args)
	for i, arg := range all {
		if len(arg) > 2 && arg[0] == '-' && arg[1] != '-' {
			all[i] = "-" + arg
		}
	}
	return all
}

// asTyped returns the text of an error about a flag, with the flag as args have it, and
// not as twoDashes makes it.
func asTyped(err error, args []string) string {
	text := err.Error()
	for _, arg := range args {
		if flag, _, _ := strings.Cut(arg, "="); len(flag) > 2 && flag[0] == '-' && flag[1] != '-' {
			text = strings.ReplaceAll(text, "-"+flag, flag)
		}
	}
	if strings.HasPrefix(text, "unknown ") {
		text += "; -h lists the flags"
	}
	return text
}

// twoDashed matches a flag in cobra's usage text.
var twoDashed = regexp.MustCompile(`(^|[ "])--([a-z])`)

// oneDash returns a usage function that writes flags with one dash, as the pages do.
func oneDash(usage func(*cobra.Command) error) func(*cobra.Command) error {
	return func(cmd *cobra.Command) error {
		out := cmd.OutOrStderr()
		var text bytes.Buffer
		cmd.SetOut(&text)
		defer cmd.SetOut(out)
		if err := usage(cmd); err != nil {
			return err
		}
		_, err := io.WriteString(out, twoDashed.ReplaceAllString(text.String(), "$1-$2"))
		return err
	}
}

// usageError is a mistake in what the user typed.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// choiceError is a mistake in a name, with all names that there are. They are printed
// below it, one on each line.
type choiceError struct {
	error
	names []string
}

func (e choiceError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func oneLine(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' }), "; ")
}

func (a App) root() *cobra.Command {
	var opts serveOptions
	root := &cobra.Command{
		Use: "docs",
		Long: `The workshop's guide. Without a command it serves the workshop as pages, only to
this machine and without a network: the chapters, what each stage changes, your
progress, and the lab. The first line that it prints is "listening HOST:PORT". The
commands run the stages, and show in a terminal what each one changes. In a
stage's folder, type go run ../docs.`,
		Example:       "  go run ./docs\n" + examples("-listen 127.0.0.1:0 -open", "doctor", "demo", "demo 1", "diff 2", "faults -stage 4 -fault server-crash"),
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "go run ./docs"},
		SilenceErrors: true,
		// Two wrong letters still make a suggestion.
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
		Args:                       cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknown(cmd, args[0])
			}
			return a.serve(cmd.Context(), opts)
		},
	}
	opts.flags(root.Flags())
	root.SetUsageFunc(oneDash(root.UsageFunc()))
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		a.demo(), a.diff(),
		a.start(), a.check(), a.hint(), a.solution(), a.reset(),
		a.breaks(),
		a.lab(),
		a.signal(),
		a.faults(), a.doctor(),
		a.table(), a.carry(), a.sync(),
	)
	return root
}

func unknown(cmd *cobra.Command, name string) error {
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return usagef("unknown command %q; did you mean %s?", name, strings.Join(near, " or "))
	}
	return usagef("unknown command %q; -h lists them", name)
}

func examples(lines ...string) string {
	return "  go run ./docs " + strings.Join(lines, "\n  go run ./docs ")
}

// repository finds the workshop. To run elsewhere is a mistake of the user's.
func (a App) repository() (string, error) {
	root, err := workspace.Root(a.Dir)
	if err != nil {
		return "", usageError{err}
	}
	return root, nil
}
