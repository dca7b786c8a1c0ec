package cli_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cli"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// childEnv makes the test binary play the docs command, with fake stages, in
// the folder that it names.
const childEnv = "DOCS_IN"

func TestMain(m *testing.M) {
	fakestage.Main()
	if dir := os.Getenv(childEnv); dir != "" {
		ctx, stop := cli.Stops(context.Background())
		status := app(dir, cli.Outlet{File: os.Stdout, Gone: stop}, os.Stderr).Run(ctx, os.Args[1:])
		stop(nil)
		os.Exit(status)
	}
	os.Exit(m.Run())
}

// pages is the text that the guide serves.
var pages = fstest.MapFS{"README.md": &fstest.MapFile{Data: []byte("# The way through\n")}}

// app is the command line over the workshop's stages, played by fakes.
func app(dir string, stdout, stderr io.Writer) cli.App {
	build := func(_ context.Context, _, out string, _ func(time.Duration)) error {
		return fakestage.Install(out, fakestage.Options{Second: 100 * time.Millisecond})
	}
	return cli.App{Stages: stages.All(), Pages: pages, Dir: dir, Build: build, Stdout: stdout, Stderr: stderr}
}

// repository makes a folder that looks like the workshop, with a space in its
// name.
func repository(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "the workshop")
	for name, text := range map[string]string{
		"go.work":            "go 1.26.0\n",
		"docs/go.mod":        "module example.com/workshop/docs\n",
		"docs/invariants.md": "## Stage 01\n",
		"docs/breaks/stage01/dial-per-call.go": "//go:build ignore\n\n// Break: it dials.\n// Invariant: I1\n// Seen: it is slow.\n" +
			"// From: here\n// File: arith.go\n// Package tests: .\n\npackage arith\n",
		"stage01-rpc/arith.go":       "package arith\n",
		"stage02-registry/arith.go":  "package arith\n\nconst Two = 2\n",
		"stage03-heartbeat/arith.go": "package arith\n\nconst Two = 2\n",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	return root
}

// docs runs a command line in dir.
func docs(t *testing.T, dir string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = app(dir, &out, &errs).Run(t.Context(), args)
	return status, out.String(), errs.String()
}

func TestAMistakeIsOneLineAndStatus2(t *testing.T) {
	root := repository(t)
	for line, want := range map[string]string{
		"dmeo":                       `docs: unknown command "dmeo"; did you mean demo?`,
		"xyzzy":                      `docs: unknown command "xyzzy"; -h lists them`,
		"--fast":                     "docs: unknown flag: --fast; -h lists the flags",
		"-fast":                      "docs: unknown flag: -fast; -h lists the flags",
		"-listen 8600":               "docs: -listen 8600: the guide serves this machine alone, so it takes a HOST:PORT whose host is 127.0.0.1, ::1 or localhost",
		"-listen 0.0.0.0:8600":       "docs: -listen 0.0.0.0:8600: the guide serves this machine alone, so it takes a HOST:PORT whose host is 127.0.0.1, ::1 or localhost",
		"demo --fast":                "docs: unknown flag: --fast; -h lists the flags",
		"check 3 -bogus":             "docs: unknown flag: -bogus; -h lists the flags",
		"check 3 -bogus=1":           "docs: unknown flag: -bogus; -h lists the flags",
		"check 3 -limit":             "docs: flag needs an argument: -limit",
		"demo 9":                     "docs: stage 9: there are stages 1 to " + lastStage(),
		"demo 0":                     "docs: stage 0: there are stages 1 to " + lastStage(),
		"demo x":                     `docs: "x" is not the number of a stage, such as 1`,
		"demo 1 2":                   `docs: demo takes the number of one stage, so "2" is too much`,
		"diff":                       "docs: diff takes the numbers of one or two stages: go run ./docs diff 2",
		"diff 1 2 3":                 `docs: diff takes the numbers of one or two stages, so "3" is too much`,
		"diff 1 x":                   `docs: "x" is not the number of a stage, such as 1`,
		"diff 2 1":                   "docs: diff 2 1: the second stage must come after the first",
		"diff 2 2":                   "docs: diff 2 2: the second stage must come after the first",
		"doctor 4":                   `docs: doctor takes no arguments, so "4" is too much`,
		"faults 4":                   `docs: faults takes no arguments, only flags, so "4" is too much`,
		"faults -stage 9":            "docs: stage 9: there are stages 1 to " + lastStage(),
		"faults --repeat 0":          "docs: -repeat 0 is not between 1 and 100",
		"faults -parallel 9":         "docs: -parallel 9 is not between 1 and 8",
		"faults -render matrix":      "docs: -render takes a file whose name ends in .md, and no other flag",
		"faults -render m.md -json":  "docs: -render takes a file whose name ends in .md, and no other flag",
		"faults -fault server-krash": `docs: there is no fault "server-krash"; did you mean server-crash?`,
		"faults -fault nonsense":     "docs: there is no fault \"nonsense\"; there are" + faultNames(),
		"diff 1 2 -step 1":           "docs: -step is for the diff of one stage",
		"diff 2 -step 99":            "docs: step 99: stage 2 has steps 1 to " + lastStep(2),
		"start":                      "docs: start takes the number of one stage: go run ./docs start 3",
		"start 9":                    "docs: stage 9: there are stages 1 to " + lastStage(),
		"start 1 -from-mine":         "docs: -from-mine takes what you have written in the stage before, and there is none before stage 1",
		"check 3":                    "docs: there is no work/stage03-heartbeat yet; go run ./docs start 3 makes it",
		"check 3 -run TestX":         "docs: -run takes a test of one function's step: check 3 NAME -run TestX",
		"check 3 -limit 0s":          "docs: -limit 0s is no time in which a test could end",
		"check 3 -all -watch x y":    `docs: check takes the number of one stage and, if you like, the name of a function, so "y" is too much`,
		"reset 3 Store.Beat":         "docs: there is no work/stage03-heartbeat yet; go run ./docs start 3 makes it",
		"demo 3 -mine":               "docs: there is no work/stage03-heartbeat yet; go run ./docs start 3 makes it",
		"lab 3 -mine":                "docs: there is no work/stage03-heartbeat yet; go run ./docs start 3 makes it",
		"lab 3 4 -mine":              "docs: -mine takes one stage",
		"diff 3 -mine":               "docs: there is no work/stage03-heartbeat yet; go run ./docs start 3 makes it",
		"diff 2 3 -mine":             "docs: -mine takes one stage, and no other flag",
		"faults -mine":               "docs: -mine takes a -stage, and no -o: what is published was measured of the stages",
		"hint 3":                     "docs: hint takes the number of one stage, the name of a function that check shows and, if you like, which hint: go run ./docs hint 3 Store.Beat",
		"solution 3":                 "docs: solution takes the number of one stage, and the name of a function that check shows: go run ./docs solution 3 Store.Beat",
		"signal poke 4711":           `docs: signal "poke" is none of kill, stop, freeze and thaw`,
		"signal kill 1":              "docs: 1 is not a process of yours; a server prints its own id as pid=…",
		"signal kill abc":            `docs: "abc" is not a process id; a server prints its own as pid=…`,
		"signal kill -1":             "docs: unknown shorthand flag: '1' in -1; -h lists the flags",
		"table 4":                    `docs: table takes no arguments, only flags, so "4" is too much`,
		"carry":                      "docs: carry takes one file or folder of a stage: go run ./docs carry stage05-etcd/client/retry.go",
		"diff --color 2":             "docs: unknown flag: --color; -h lists the flags",
		"break":                      "docs: break takes the number of a stage and, if you like, the name of a break: go run ./docs break 3",
		"break 9":                    "docs: stage 9: there are stages 1 to " + lastStage(),
		"break 1 a b":                `docs: break takes the number of a stage and, if you like, the name of a break, so "b" is too much`,
		"break 1 dial-per-cal":       `docs: stage 1 has no break "dial-per-cal"; did you mean dial-per-call?`,
		"break 2 any":                "docs: stage 2 has no breaks",
		"sync README.md":             `docs: sync takes no arguments, only flags, so "README.md" is too much`,
	} {
		t.Run(line, func(t *testing.T) {
			status, stdout, stderr := docs(t, root, strings.Fields(line)...)
			require.Equal(t, want+"\n", stderr)
			require.Empty(t, stdout)
			require.Equal(t, 2, status)
		})
	}
}

func faultNames() string {
	var names string
	for _, f := range faults.All() {
		names += "\n  " + f.Name
	}
	return names
}

// lastStep is the number of a stage's last step.
func lastStep(stage int) string { return strconv.Itoa(len(stages.All()[stage-1].Steps())) }

// lastStage is the number of the newest stage.
func lastStage() string {
	return strings.TrimPrefix(stages.All()[len(stages.All())-1].Name(), "stage ")
}

func TestOutsideTheRepositoryIsAMistakeToo(t *testing.T) {
	for _, line := range []string{"", "demo", "diff 2", "doctor", "faults", "table", "carry a.go", "sync", "start 1", "check 1", "hint 1 x", "solution 1 x", "reset 1"} {
		status, _, stderr := docs(t, t.TempDir(), strings.Fields(line)...)
		require.Equal(t, 2, status)
		require.Contains(t, stderr, "docs: not inside the workshop: ")
		require.Equal(t, 1, strings.Count(stderr, "\n"))
	}
}

func TestItHelps(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"help"}} {
		status, stdout, stderr := docs(t, t.TempDir(), args...)
		require.Zero(t, status)
		require.Empty(t, stderr)
		require.Contains(t, stdout, "go run ./docs demo 1")
		require.Contains(t, stdout, "diff ")
	}
}

func TestEveryCommandHelpsWithExamplesThatFitTheScreen(t *testing.T) {
	for _, command := range []string{"demo", "diff", "doctor", "faults", "table", "carry", "sync", "start", "check", "hint", "solution", "reset", "signal"} {
		status, stdout, _ := docs(t, t.TempDir(), command, "-h")
		require.Zero(t, status)
		require.Contains(t, stdout, "Examples:\n  go run ./docs "+command)
		require.NotContains(t, stdout, "--", "the pages write flags with one dash")
		for line := range strings.Lines(stdout) {
			require.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), term.Width, line)
		}
	}
}

func TestDiffFindsTheRepositoryFromAnyFolderInside(t *testing.T) {
	status, stdout, stderr := docs(t, filepath.Join(repository(t), "stage01-rpc"), "diff", "2")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "\n+const Two = 2\n")
	require.NotContains(t, stdout, "\x1b", "a pipe gets no colour")
}

func TestDiffSaysThatNoStepHasAFunction(t *testing.T) {
	root := repository(t)
	for _, s := range stages.All() {
		require.NoError(t, os.MkdirAll(filepath.Join(root, s.Dir), 0o755))
	}
	status, stdout, stderr := docs(t, root, "diff", "2", "-step", "Nobody")
	require.Equal(t, 2, status)
	require.Empty(t, stdout)
	require.Equal(t, "docs: no step has a function Nobody; a method is named with its type, as Store.Put\n", stderr)
}

func TestDiffOfAStageThatIsNotThereFailsWithStatus1(t *testing.T) {
	root := repository(t)
	require.NoError(t, os.RemoveAll(filepath.Join(root, "stage02-registry")))
	status, _, stderr := docs(t, root, "diff", "stage02-registry")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "stage02-registry")
	require.Equal(t, 1, strings.Count(stderr, "\n"))
}

func TestCompletionOffersTheStages(t *testing.T) {
	status, stdout, _ := docs(t, t.TempDir(), "__complete", "demo", "")
	require.Zero(t, status)
	require.Contains(t, stdout, "1\t"+stages.All()[0].Idea)
}
