package demo_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/demo"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

func TestMain(m *testing.M) {
	fakestage.Main()
	os.Exit(m.Run())
}

// run shows a quick crash on a stage of fakes: two seconds, with ten lines to a
// second.
func run(t *testing.T, stage stages.Stage, fakes fakestage.Options) (string, error) {
	t.Helper()
	fakes.Second = 100 * time.Millisecond
	crash := demo.Crash()
	crash.Load.For = 2 * time.Second
	crash.Steps[0].At = 500 * time.Millisecond
	var out bytes.Buffer
	err := demo.Run(t.Context(), demo.Options{
		Root: t.TempDir(), Stage: stage, Scenario: crash, Servers: 3, TTL: 600 * time.Millisecond, Out: &out,
		Build: func(_ context.Context, _, bin string, _ func(time.Duration)) error {
			return fakestage.Install(bin, fakes)
		},
	})
	return out.String(), err
}

// requireInOrder checks that out holds all the texts, one after the other.
func requireInOrder(t *testing.T, out string, texts ...string) {
	t.Helper()
	rest := out
	for _, text := range texts {
		_, after, ok := strings.Cut(rest, text)
		require.True(t, ok, "%q is not there, or not in its place, in:\n%s", text, out)
		rest = after
	}
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), term.Width, line)
	}
}

func TestTheDemoOfALeaseShowsDeathEvictionAndRecovery(t *testing.T) {
	t.Parallel()
	out, err := run(t, stages.All()[2], fakestage.Options{})
	require.NoError(t, err)
	requireInOrder(t, out,
		"building stage03-heartbeat ...\n", "built    stage03-heartbeat in ",
		"registry 127.0.0.1:", "ends 600ms after its last heartbeat", "server A 127.0.0.1:", "server C 127.0.0.1:",
		"client   200 calls a second for 2s, to whom the registry names",
		"   s   sent     ok  failed   p99 ms  by A  by B  by C   listed\n",
		"     .     .   A B C\n",
		"server A is killed (SIGKILL); it cannot say goodbye\n",
		"     .     .     .   A(dead) B C\n",
		"the registry no longer lists A\n",
		"     .   B C\n",
		"\nStage 3: a registration is a lease\n",
		"  calls sent                 400\n", "  calls failed  ", "0 by C",
		"  from the kill to recovery  ", " s\n", "  from the kill to eviction  ", " s\n",
	)
	require.NotContains(t, out, "never\n")
}

func TestTheDemoOfANameShowsADeadServerListedToTheEnd(t *testing.T) {
	t.Parallel()
	out, err := run(t, stages.All()[1], fakestage.Options{})
	require.NoError(t, err)
	requireInOrder(t, out,
		"server A is killed", "  20 ", "     .     .     .   A(dead) B C\n", "Stage 2",
		"  from the kill to recovery  never\n", "  from the kill to eviction  never\n")
	require.NotContains(t, out, "heartbeat")
}

func TestTheDemoWithoutARegistryDoesNotSpeakOfOne(t *testing.T) {
	t.Parallel()
	out, err := run(t, stages.All()[0], fakestage.Options{})
	require.NoError(t, err)
	requireInOrder(t, out, "to server A\n", "by C\n", "server A is killed", "Stage 1", "recovery  never\n")
	table, _, _ := strings.Cut(out, "\nStage 1")
	require.NotContains(t, table, "registry")
	require.NotContains(t, out, "eviction")
}

func TestARunThatProvesNothingIsAnError(t *testing.T) {
	t.Parallel()
	_, err := run(t, stages.All()[0], fakestage.Options{Tamper: fakestage.Short})
	require.EqualError(t, err, "this run proves nothing: only 200 of 400 calls were sent")
}

func TestAStageThatDoesNotBuildIsAnErrorAndLeavesNoFile(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	broken := errors.New("stage03-heartbeat does not build: oops")
	var out bytes.Buffer
	err := demo.Run(t.Context(), demo.Options{
		Stage: stages.All()[2], Out: &out,
		Build: func(_ context.Context, _, _ string, tick func(time.Duration)) error {
			tick(time.Second)
			tick(10 * time.Second)
			return broken
		},
	})
	require.ErrorIs(t, err, broken)
	require.Equal(t, "building stage03-heartbeat ...\nbuilding stage03-heartbeat ... 10 s\n", out.String())
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	require.Empty(t, left)
}
