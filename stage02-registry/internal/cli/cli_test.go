package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/cli"
)

const asCommand = "WORKSHOP_TEST_AS_COMMAND"

// ends are the ways in which a command ends.
var ends = map[string]error{
	"well":                  nil,
	"asked for help":        flag.ErrHelp,
	"with a failure":        errors.New("no answer"),
	"with bad input":        cli.Usagef("-rate %d is not above zero", -1),
	"with wrapped input":    fmt.Errorf("load: %w", cli.Usagef("no rate")),
	"with a peer's poem":    errors.New("roses are red\nviolets are \x1b[34mblue"),
	"with a joined failure": errors.Join(io.EOF, net.ErrClosed),
}

// TestMain lets the test binary be a command that ends as it is told. One that is
// to stop says that it runs and why it stops, which it does when its input ends.
func TestMain(m *testing.M) {
	if how := os.Getenv(asCommand); how == "to stop" {
		cli.Main("command", func(ctx context.Context, _ []string) error {
			fmt.Println("runs")
			<-ctx.Done()
			fmt.Println(context.Cause(ctx))
			_, err := io.Copy(io.Discard, os.Stdin)
			return err
		})
	} else if addr, ok := strings.CutPrefix(how, "listens on "); ok {
		cli.Main("command", func(context.Context, []string) error {
			_, err := cli.Listen("listen", addr)
			return err
		})
	} else if how == "to be read" {
		cli.Main("command", func(context.Context, []string) error {
			slog.Info("the log goes on")
			_, err := fmt.Println("listening")
			return err
		})
	} else if how != "" {
		cli.Main("command", func(context.Context, []string) error { return ends[how] })
	}
	os.Exit(m.Run())
}

func TestTheErrorDecidesTheExitCodeAndIsOneLine(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for how, want := range map[string]struct {
		code   int
		stderr string
	}{
		"well":                  {0, ""},
		"asked for help":        {0, ""},
		"with a failure":        {1, "command: no answer\n"},
		"with bad input":        {2, "command: -rate -1 is not above zero (-h helps)\n"},
		"with wrapped input":    {2, "command: load: no rate (-h helps)\n"},
		"with a peer's poem":    {1, "command: roses are red violets are \\x1b[34mblue\n"},
		"with a joined failure": {1, "command: EOF use of closed network connection\n"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Env = append(os.Environ(), asCommand+"="+how,
				"GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE")) // or every process takes a second longer with -race
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			cmd.Run() // its error is the code
			require.Equal(t, want.code, cmd.ProcessState.ExitCode())
			require.Equal(t, want.stderr, stderr.String())
			require.Empty(t, stdout.String())
		})
	}
}

func TestAnAddressIsAHostAndAPort(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "127.0.0.1:65535", "localhost:80", "[::1]:80", ":80"} {
		t.Run(addr, func(t *testing.T) {
			require.NoError(t, cli.CheckAddr("addr", addr))
		})
	}
	for _, addr := range []string{
		"", "localhost", "localhost:", "127.0.0.1:http", "127.0.0.1:-1", "127.0.0.1:65536", "::1:80", "http://localhost:80", "a:1,b:2",
	} {
		t.Run("not "+addr, func(t *testing.T) {
			err := cli.CheckAddr("addr", addr)
			require.EqualError(t, err, fmt.Sprintf("-addr %q is not HOST:PORT (-h helps)", addr))
			require.IsType(t, new(cli.UsageError), err)
		})
	}
}

func TestListenRefusesWhatIsNoAddressAndWhatIsInUse(t *testing.T) {
	_, err := cli.Listen("listen", "everywhere")
	require.IsType(t, new(cli.UsageError), err)

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, inUse := net.Listen("tcp", l.Addr().String())
	_, err = cli.Listen("listen", l.Addr().String())
	require.EqualError(t, err, inUse.Error()+" (-listen HOST:PORT chooses another)")
}

func TestAListenerThatOtherMachinesReachIsWarnedOf(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for addr, warned := range map[string]bool{
		"127.0.0.1:0": false, "127.1.2.3:0": false, "localhost:0": false, ":0": true, "0.0.0.0:0": true,
	} {
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), asCommand+"=listens on "+addr, "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
		said, err := cmd.CombinedOutput()
		if err != nil && addr == "127.1.2.3:0" {
			continue // not all systems have more than one such address
		}
		require.NoError(t, err, "%s", said)
		require.Contains(t, string(said), "INFO listening")
		require.Equal(t, warned, strings.Contains(string(said), "WARN whoever reaches this address is served"), "%s: %s", addr, said)
	}
}

func TestParseSaysInOneLineWhatIsWrong(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-colour", "red"}, "flag provided but not defined: -colour (-h helps)"},
		{[]string{"-rate", "fast"}, `invalid value "fast" for flag -rate: parse error, want a whole number (-h helps)`},
		{[]string{"-ttl", "5"}, `invalid value "5" for flag -ttl: parse error, want a duration such as 15s (-h helps)`},
		{[]string{"-rate"}, "flag needs an argument: -rate (-h helps)"},
		{[]string{"one", "two"}, `unexpected argument "two" (-h helps)`},
	} {
		t.Run(fmt.Sprint(tt.args), func(t *testing.T) {
			flags := cli.Flags("command")
			flags.Int("rate", 1, "how fast")
			flags.Duration("ttl", 0, "how long")
			err := cli.Parse(flags, "usage", tt.args, 1)
			require.EqualError(t, err, tt.want)
			require.IsType(t, new(cli.UsageError), err)
		})
	}
}

func TestParseLeavesTheRestToTheCommand(t *testing.T) {
	flags := cli.Flags("command")
	rate := flags.Int("rate", 1, "how fast")
	require.NoError(t, cli.Parse(flags, "usage", []string{"-rate", "5", "one", "two"}, 2))
	require.Equal(t, 5, *rate)
	require.Equal(t, []string{"one", "two"}, flags.Args())
}

func ExampleParse_help() {
	flags := cli.Flags("command")
	flags.String("listen", "127.0.0.1:1234", "`HOST:PORT` to listen on")
	err := cli.Parse(flags, "command does a thing.\n\n  command -listen :80", []string{"-h"}, 0)
	fmt.Println(errors.Is(err, flag.ErrHelp))
	// Output:
	// command does a thing.
	//
	//   command -listen :80
	//
	// Flags:
	//   -listen HOST:PORT
	//     	HOST:PORT to listen on (default "127.0.0.1:1234")
	// true
}

func TestOnlyWhatDoesNotPrintIsQuoted(t *testing.T) {
	for text, want := range map[string]string{
		`divide 7 by 0: "C:\x" is größer than 世界`: `divide 7 by 0: "C:\x" is größer than 世界`,
		"no\n127.0.0.1:1 acknowledged":            `no\n127.0.0.1:1 acknowledged`,
		"\x1b[2J\x1b]0;title\a\r\t\x00\x7f":       `\x1b[2J\x1b]0;title\a\r\t\x00\x7f`,
		"\u009b31m \u202egnp.exe \u2028":          `\u009b31m \u202egnp.exe \u2028`,
		"half a rune: \xe4\xb8":                   `half a rune: \xe4\xb8`,
		"":                                        "",
		strings.Repeat("x", 4<<10):                strings.Repeat("x", 4<<10),
		strings.Repeat("x", 1<<20):                strings.Repeat("x", 4<<10) + "… (1048576 bytes)",
	} {
		require.Equal(t, want, cli.Printable(text))
	}
}
