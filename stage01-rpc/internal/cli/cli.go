// Package cli is what the commands share: signals, exit codes, and errors of one line.
// Results go to standard output, everything else to standard error.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// sameStop is how long after the first signal another one is taken for the same wish to
// stop: timeout(1), say, sends one to a process and one to its group.
const sameStop = 500 * time.Millisecond

// Main runs a command and exits: 0 when run returns nil or was asked for help, 2 when it
// returns a *UsageError, 1 after any other error. SIGINT and SIGTERM end ctx; another
// one, more than sameStop later, ends the process. SIGHUP, sent when the terminal is
// closed, also ends ctx. A second SIGHUP does not end the process, since the shell often
// sends one as well. If nobody reads the output any more, a write returns an error, and
// no SIGPIPE ends the process: it might be listed, or have temporary data.
func Main(name string, run func(ctx context.Context, args []string) error) {
	ctx := context.Background()
	if !signal.Ignored(syscall.SIGHUP) { // nohup makes a program ignore it
		ctx, _ = signal.NotifyContext(ctx, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() { time.AfterFunc(sameStop, stop) })
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	err := run(ctx, os.Args[1:])
	if err == nil || errors.Is(err, flag.ErrHelp) {
		os.Exit(0)
	}
	line := strings.ReplaceAll(err.Error(), "\n", " ") // joined errors have several lines
	fmt.Fprintf(os.Stderr, "%s: %s\n", name, Printable(line))
	if _, ok := errors.AsType[*UsageError](err); ok {
		os.Exit(2)
	}
	os.Exit(1)
}

// maxPrinted is how many bytes of a peer's text are printed at most.
const maxPrinted = 4 << 10

// Printable returns a peer's text as one line for a terminal. It quotes what does not
// print, such as a line's end or an escape sequence, as Go does. It cuts a text of more
// than 4 KiB short and adds the length of the whole.
func Printable(text string) string {
	if len(text) > maxPrinted {
		text = fmt.Sprintf("%s… (%d bytes)", text[:maxPrinted], len(text))
	}
	quoted := strconv.Quote(text)
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(quoted[1 : len(quoted)-1])
}

// UsageError says what is wrong with the command line.
type UsageError struct{ Problem string }

func (e *UsageError) Error() string { return e.Problem + " (-h helps)" }

// Usagef returns a *UsageError.
func Usagef(format string, args ...any) error {
	return &UsageError{Problem: fmt.Sprintf(format, args...)}
}

// Flags returns an empty flag set for Parse.
func Flags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Parse reports the error in one line
	return flags
}

// Parse parses args. At most rest arguments may follow the flags. If args ask for help,
// it prints usage and the flags, and returns flag.ErrHelp.
func Parse(flags *flag.FlagSet, usage string, args []string, rest int) error {
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Printf("%s\n\nFlags:\n", usage)
		flags.SetOutput(os.Stdout)
		flags.PrintDefaults()
		return err
	case err != nil:
		return Usagef("%v%s", err, wanted(flags, err))
	case flags.NArg() > rest:
		return Usagef("unexpected argument %q", flags.Arg(rest))
	}
	return nil
}

// wanted says which values the flag takes whose value could not be parsed. Package flag
// itself reports only "parse error".
func wanted(flags *flag.FlagSet, err error) (want string) {
	flags.VisitAll(func(f *flag.Flag) {
		if kind, _ := flag.UnquoteUsage(f); strings.HasSuffix(err.Error(), " for flag -"+f.Name+": parse error") {
			want = map[string]string{"duration": ", want a duration such as 15s", "int": ", want a whole number"}[kind]
		}
	})
	return want
}

// CheckAddr returns a *UsageError unless the flag's value is host:port.
func CheckAddr(flag, addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return Usagef("-%s %q is not HOST:PORT", flag, addr)
	}
	return nil
}

// Listen listens on a flag's address. It prints the address, and logs it with the
// process's id, which a reader needs to kill the process. It warns as WarnOpen does.
func Listen(flag, addr string) (net.Listener, error) {
	l, err := listen(flag, addr)
	if err == nil {
		WarnOpen(l.Addr().String())
	}
	return l, err
}

// WarnOpen logs a warning if other machines can reach addr. The command that listens
// there authenticates nobody and sends plain text.
func WarnOpen(addr string) {
	host, _, _ := net.SplitHostPort(addr)
	if host != "localhost" && !net.ParseIP(host).IsLoopback() {
		slog.Warn("whoever reaches this address is served, and anybody on the way can read and change what is said", "addr", addr)
	}
}

func listen(flag, addr string) (net.Listener, error) {
	if err := CheckAddr(flag, addr); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%w (-%s HOST:PORT chooses another)", err, flag)
	}
	if _, err := fmt.Printf("listening %s\n", l.Addr()); err != nil {
		l.Close()
		return nil, err
	}
	slog.Info("listening", "addr", l.Addr(), "pid", os.Getpid())
	return l, nil
}
