package demo_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/demo"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/standstill"
	"example.com/workshop/docs/internal/term"
)

func TestMain(m *testing.M) {
	fakestage.Main()
	// The tests wait more than they compute, but for the processes that they start.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// run shows a story on a stage of fakes, in a tenth of its time; in a fifth where servers
// join, which takes a process half a second on a busy machine. If the machine stood still
// meanwhile for longer than the story bears, it shows it again, three times in all at most.
func run(t *testing.T, stage stages.Stage, story scenario.Scenario, fakes fakestage.Options) (string, error) {
	t.Helper()
	quicker := time.Duration(10)
	if len(story.Steps) > 1 {
		quicker = 5
	}
	fakes.Second = time.Second / quicker
	story.Load.For /= quicker
	story.Load.Second = fakes.Second
	for i := range story.Steps {
		story.Steps[i].At /= quicker
	}
	for try := 1; ; try++ {
		var out bytes.Buffer
		stoodStill := standstill.Watch()
		err := demo.Run(t.Context(), demo.Options{
			Root: t.TempDir(), Stage: stage, Scenario: story, Servers: 3, TTL: 600 * time.Millisecond, Out: &out,
			Build: func(_ context.Context, _, bin string, _ func(time.Duration)) error {
				return fakestage.Install(bin, fakes)
			},
		})
		pause := stoodStill()
		if pause < 300*time.Millisecond || try == 3 {
			return out.String(), err
		}
		t.Logf("the machine stood still for %v, so once more", pause)
	}
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
	out, err := run(t, stages.All()[2], demo.Crash(), fakestage.Options{})
	require.NoError(t, err)
	requireInOrder(t, out,
		"building stage03-heartbeat ...\n", "built    stage03-heartbeat in ",
		"registry 127.0.0.1:", "ends 600ms after its last heartbeat", "server A 127.0.0.1:", "server C 127.0.0.1:",
		"client   200 calls a second for 2s, to the first that the registry names",
		"\n s sent   ok failed p99 ms   by A   by B   by C  listed\n",
		"      .      .  A B C\n",
		"server A is killed (SIGKILL); it cannot say goodbye\n",
		"   dead      .      .  A B C\n",
		"the registry no longer lists A\n",
		"      .  B C\n",
		"\nStage 3: a registration is a lease\n",
		"  calls sent                   400\n", "  calls failed  ", "A ", ", C 0\n",
		"  from the kill to recovery    ", " s\n", "  from the kill to eviction    ", " s\n",
	)
	require.NotContains(t, out, "never\n")
}

func TestTheDemoOfANameShowsADeadServerListedToTheEnd(t *testing.T) {
	t.Parallel()
	out, err := run(t, stages.All()[1], demo.Crash(), fakestage.Options{})
	require.NoError(t, err)
	requireInOrder(t, out,
		"server A is killed", "\n20 ", "   dead      .      .  A B C\n", "Stage 2",
		"  from the kill to recovery    never\n", "  from the kill to eviction    never\n")
	require.NotContains(t, out, "heartbeat")
}

func TestTheDemoWithoutARegistryDoesNotSpeakOfOne(t *testing.T) {
	t.Parallel()
	out, err := run(t, stages.All()[0], demo.Crash(), fakestage.Options{})
	require.NoError(t, err)
	requireInOrder(t, out, "to server A\n", "by C\n", "server A is killed", "Stage 1", "recovery    never\n")
	table, _, _ := strings.Cut(out, "\nStage 1")
	require.NotContains(t, table, "registry")
	require.NotContains(t, out, "eviction")
}

func TestTheDemoOfFailoverShowsEveryFaultAndWhoCameBack(t *testing.T) {
	if !proc.CanFreeze {
		t.Skip(proc.ErrUnsupported)
	}
	t.Parallel()
	out, err := run(t, failover(), demo.Failover(true), fakestage.Options{Spread: true})
	require.NoError(t, err)
	requireInOrder(t, out,
		"client   400 calls a second for 4.8s, spread over those that the registry names\n",
		"\n s sent   ok failed retried p99 ms   by A   by B   by C  listed\n",
		"server A is killed", "   dead ",
		"server B is frozen", " frozen ",
		"server B goes on",
		"server D joins\n",
		"\n s sent   ok failed retried p99 ms   by A   by B   by C   by D  listed\n",
		"server C is asked to stop",
		"the registry is killed", "the registry does not answer", "  no answer\n",
		"\nStage 4: ", "  calls failed                 0\n", "  calls tried again            ", "  99th percentile              ", " ms\n",
		"  calls answered               A ", ", D ",
		"  from D's start to its share  at most ", " s\n",
		"  from B's thaw to its calls   at most ", " s\n",
	)
	require.Contains(t, out, "   left ")
	require.NotContains(t, out, "recovery")
	require.NotContains(t, out, "never\n")
}

func TestWithoutFreezingASlowServerComesAndGoes(t *testing.T) {
	t.Parallel()
	out, err := run(t, failover(), demo.Failover(false), fakestage.Options{Spread: true})
	require.NoError(t, err)
	requireInOrder(t, out,
		"server D joins; it takes 2s for each call\n",
		"server D is asked to stop",
		"server E joins\n",
		"\n s sent   ok failed retried p99 ms   by A   by B   by C   by D   by E  listed\n",
		"  calls failed                 0\n", "D 0, E ", "  from E's start to its share  at most ",
	)
	require.NotContains(t, out, "thaw")
}

func TestAFailoverThatDoesNotHappenIsShown(t *testing.T) {
	t.Parallel()
	story := demo.Failover(false)
	story.Steps = story.Steps[:5] // the client of this stage needs its registry
	stage := failover()
	stage.Lesson = "Nobody notices."
	out, err := run(t, stage, story, fakestage.Options{})
	require.ErrorContains(t, err, " calls failed, which this stage promises not to happen")
	require.NotContains(t, out, stage.Lesson)
	require.Regexp(t, `calls failed +[1-9]`, out)
	requireInOrder(t, out, "from E's start to its share  never\n")
}

// failover is a stage that offers all there is.
func failover() stages.Stage {
	return stages.Stage{
		Number: 4, Dir: "stage04-balancing", Idea: "the client chooses",
		Offers: stages.Offers{Registry: true, Lease: true, Failover: true},
	}
}

func TestTheDemoOfEtcdShowsEveryServerMoveWithoutTheLeader(t *testing.T) {
	t.Parallel()
	out, err := run(t, stages.All()[4], demo.Moving(), fakestage.Options{Spread: true})
	require.NoError(t, err)
	requireInOrder(t, out,
		"building stage05-etcd ...\n", "etcd n1  127.0.0.1:", "ends 600ms after its last heartbeat", "etcd n2  127.0.0.1:", "etcd n3  127.0.0.1:",
		"server A 127.0.0.1:", "spread over those that the registry names\n",
		"the leader of etcd, n1, is killed (SIGKILL)\n",
		"server A is killed", "server D joins\n", "server B is asked to stop", "server E joins\n", "server C is asked to stop",
		"   dead   left   left ", "\nStage 5: ", "  calls failed                 0\n", ", E ",
		"  from D's start to its share  at most ", "  from E's start to its share  at most ",
	)
	require.NotContains(t, out, "no answer")
	require.NotContains(t, out, "never\n")
}

func TestTheStoryOfAStageFollowsWhatItOffers(t *testing.T) {
	require.Equal(t, "moving", demo.Story(stages.All()[4]).Name)
	require.Equal(t, "failover", demo.Story(failover()).Name)
	require.Equal(t, "server-crash", demo.Story(stages.All()[2]).Name)
}

func TestARunThatProvesNothingIsAnError(t *testing.T) {
	t.Parallel()
	_, err := run(t, stages.All()[0], demo.Crash(), fakestage.Options{Tamper: fakestage.Short})
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
