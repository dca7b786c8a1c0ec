//go:build unix

package console_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
	"example.com/workshop/docs/internal/isolate"
	"example.com/workshop/docs/internal/text"
)

func TestMain(m *testing.M) {
	isolate.Main()
	os.Exit(m.Run())
}

// play runs the lines of a console block in a new folder, and returns what
// differs.
func play(t *testing.T, opts console.Options, blocks ...string) []string {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	var markdown strings.Builder
	for _, block := range blocks {
		markdown.WriteString("```console\n" + block + "\n```\n")
	}
	commands, err := console.Parse(text.Parse("a.md", markdown.String()))
	require.NoError(t, err)
	if opts.Dir == "" {
		opts.Dir = t.TempDir()
	}
	if opts.Limit == 0 {
		opts.Limit = time.Minute
	}
	if opts.Wait == 0 {
		opts.Wait = time.Minute
	}
	opts.Grace = 100 * time.Millisecond
	failures, err := console.Run("a.md", commands, opts)
	require.NoError(t, err)
	var all []string
	for _, f := range failures {
		all = append(all, f.String())
	}
	return all
}

func TestAPageThatShowsWhatComesIsTrue(t *testing.T) {
	for name, block := range map[string]string{
		"a line":                     "$ echo one\none",
		"no output":                  "$ true",
		"both outputs":               "$ echo one; echo two >&2\none\ntwo",
		"a last line without an end": "$ printf 'one\\ntwo'\none\ntwo",
		"an empty line":              "$ printf 'one\\n\\ntwo\\n'\none\n\ntwo",
		"some lines":                 "$ seq 1 9; echo end\n1\n…\n8\n9\nend",
		"many lines":                 "$ seq 1 3000; echo end\n1\n…\n7\n…\nend",
		"no lines":                   "$ echo one\n…\none\n…",
		"variables last":             "$ A=1; cd /\n$ echo $A $PWD\n1 /",
		"the status lasts":           "$ false\n$ echo $?\n1",
		"a mistake":                  "$ if\n… syntax error: unexpected end of file\n$ echo $?\n2",
		"input is empty":             "$ cat\n$ read x; echo $?\n1",
		"several lines":              "$ for i in 1 2; do \\\necho $i; done\n1\n2",
		"a document":                 "$ cat <<END\n> one\n> END\none",
		"a background":               "$ (echo one; read <> <(:)) &\n$ echo two\none\ntwo",
		"a background, later":        "$ (read < <(sleep 0.2); echo late; sleep 600) & p=$!\n$ echo two\ntwo\nlate\n$ kill -9 $p\n$ wait $p; echo $?\n137",
		"curl without a terminal":    "$ echo one >f; curl file://$PWD/f\none",
		"two backgrounds":            "$ (echo 1; echo 2) & (wait) && wait\n$ echo 3 & wait\n$ true\n1\n3\n2",
		"a background, not shown":    "$ (echo one; echo two) & wait\ntwo",
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, play(t, console.Options{}, block))
		})
	}
}

func TestAPageThatShowsSomethingElseFails(t *testing.T) {
	for name, c := range map[string]struct{ block, want string }{
		"a wrong line":        {"$ true\n$ echo one\ntwo", "a.md:3: $ echo one\n  want:\n    two\n  got:\n    one"},
		"a missing line":      {"$ echo one\none\ntwo", "a.md:2: $ echo one\n  want:\n    one\n    two\n  got:\n    one"},
		"a line too many":     {"$ seq 1 2\n1", "a.md:2: $ seq 1 2\n  want:\n    1\n  got:\n    1\n    2"},
		"output where none":   {"$ echo one", "a.md:2: $ echo one\n  want:\n  got:\n    one"},
		"another order":       {"$ seq 1 2\n2\n1", "a.md:2: $ seq 1 2\n  want:\n    2\n    1\n  got:\n    1\n    2"},
		"not at the end":      {"$ seq 1 3\n…\n2", "a.md:2: $ seq 1 3\n  want:\n    …\n    2\n  got:\n    1\n    2\n    3"},
		"a silent background": {"$ (echo one; >f; sleep 600) & until [ -e f ]; do :; done\ntwo", "a.md:2: $ (echo one; >f; sleep 600) & until [ -e f ]; do :; done\n  want:\n    two\n  got from the background:\n    one"},
		"once is not twice": {
			"$ (echo one; >f; sleep 600) & until [ -e f ]; do :; done\none\n$ echo two\none\ntwo",
			"a.md:4: $ echo two\n  want:\n    one\n    two\n  got:\n    two",
		},
		"a background in another order": {
			"$ (echo 1; echo 2; >f; sleep 600) & until [ -e f ]; do :; done\n2\n1",
			"a.md:2: $ (echo 1; echo 2; >f; sleep 600) & until [ -e f ]; do :; done\n  want:\n    2\n    1\n  got from the background:\n    1\n    2",
		},
		"a talkative background": {
			"$ (seq 1 50; >f; sleep 600) & until [ -e f ]; do :; done\nx",
			"a.md:2: $ (seq 1 50; >f; sleep 600) & until [ -e f ]; do :; done\n  want:\n    x\n  got from the background:\n" +
				"    1\n    2\n    3\n    4\n    5\n    6\n    7\n    8\n    9\n    10\n    11\n    12\n" +
				"    (26 lines more)\n    39\n    40\n    41\n    42\n    43\n    44\n    45\n    46\n    47\n    48\n    49\n    50",
		},
		"earlier than what was shown": {
			"$ (echo 1; echo 2; >f; sleep 600) & until [ -e f ]; do :; done\n2\n$ true\n1",
			"a.md:4: $ true\n  want:\n    1\n  got:",
		},
	} {
		t.Run(name, func(t *testing.T) {
			// A line of the background either came before its command ended, or
			// never comes.
			require.Equal(t, []string{c.want}, play(t, console.Options{Wait: 100 * time.Millisecond}, c.block))
		})
	}
}

func TestWhatTheBackgroundPrintedLongAgoIsNotShownAgain(t *testing.T) {
	const first = "$ (echo old; >f; sleep 600) & until [ -e f ]; do :; done\n$ true\n$ true"
	got := play(t, console.Options{Wait: 100 * time.Millisecond}, first, "$ true\nold")
	require.Equal(t, []string{"a.md:7: $ true\n  want:\n    old\n  got:"}, got)
}

func TestACommandThatHangsIsEnded(t *testing.T) {
	for _, isolated := range []bool{false, isolate.Available() == nil} {
		got := play(t, console.Options{Limit: 2 * time.Second, Isolated: isolated}, "$ echo one; (trap '' TERM INT; sleep 600)\none\n$ true")
		require.Equal(t, []string{"a.md:2: $ echo one; (trap '' TERM INT; sleep 600)\n" +
			"  the command did not end within 2s; one that stays needs an & at its end\n  want:\n    one\n  got:\n    one"}, got)
	}
}

func TestAShellThatEndsFails(t *testing.T) {
	got := play(t, console.Options{}, "$ exit 3\n$ true")
	require.Equal(t, []string{"a.md:2: $ exit 3\n  the shell has ended\n  want:\n  got:"}, got)
}

func TestNothingIsLeft(t *testing.T) {
	for _, isolated := range []bool{false, isolate.Available() == nil} {
		dir, temp := t.TempDir(), t.TempDir()
		t.Setenv("TMPDIR", temp)
		pids := filepath.Join(dir, "pids")
		require.Empty(t, play(t, console.Options{Dir: dir, Isolated: isolated},
			"$ sleep 600 & echo $! > pids\n$ (trap '' TERM; exec sleep 600) & echo $! >> pids\n$ mktemp > /dev/null\n$ kill -STOP $!"))
		left, err := os.ReadDir(temp)
		require.NoError(t, err)
		require.Empty(t, left)
		text, err := os.ReadFile(pids)
		require.NoError(t, err)
		require.Len(t, strings.Fields(string(text)), 2)
		if !isolated {
			require.ErrorIs(t, syscall.Kill(atoi(t, strings.Fields(string(text))[0]), 0), syscall.ESRCH)
		}
	}
}

func TestTheDocumentedPortsAreFreeWhereItIsIsolated(t *testing.T) {
	if err := isolate.Available(); err != nil {
		t.Skip(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	block := "$ echo > /dev/tcp/127.0.0.1/" + port + "\n…: Connection refused\n…"
	require.Empty(t, play(t, console.Options{Isolated: true}, block))
	require.Len(t, play(t, console.Options{}, block), 1)
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}
