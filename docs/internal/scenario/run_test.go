package scenario_test

import (
	"errors"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

func TestMain(m *testing.M) {
	fakestage.Main()
	// The tests wait far more than they compute.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// log is a watcher that remembers what it was told.
type log struct {
	seconds int
	marks   []string
}

func (l *log) Second(*scenario.World, measure.Second) { l.seconds++ }
func (l *log) Mark(_ *scenario.World, m measure.Mark) { l.marks = append(l.marks, m.Text) }

// tenth is how long a second of the fakes' report takes.
const tenth = 100 * time.Millisecond

// start runs a stage of fakes with three servers.
func start(t *testing.T, offers stages.Offers, tamper fakestage.Tamper) *cluster.Cluster {
	t.Helper()
	group := proc.NewGroup(5 * time.Second)
	t.Cleanup(func() { require.NoError(t, group.Close()) })
	bin := t.TempDir()
	require.NoError(t, fakestage.Install(bin, fakestage.Options{Tamper: tamper}))
	c, err := cluster.Start(t.Context(), group, cluster.Options{
		Stage: stages.Stage{Offers: offers}, Bin: bin, Servers: 3, TTL: 6 * tenth,
	})
	require.NoError(t, err)
	return c
}

// play runs a scenario on fakes that do as they should.
func play(t *testing.T, offers stages.Offers, s scenario.Scenario) (*measure.Run, *log, error) {
	t.Helper()
	log := new(log)
	run, err := scenario.Run(t.Context(), start(t, offers, ""), s, log)
	return run, log, err
}

// answered holds once a server has answered a call, which takes a while on a busy machine.
func answered(w *scenario.World) bool {
	_, err := scenario.Busiest(w)
	return err == nil
}

// crash kills the busiest of the servers 0.8 s into a load of 3 s.
func crash() scenario.Scenario {
	return scenario.Scenario{
		Load:  measure.Load{Rate: 100, For: 30 * tenth, Second: tenth},
		Steps: []scenario.Step{{At: 8 * tenth, When: answered, Do: scenario.Kill(scenario.Busiest)}},
	}
}

func TestAStageWithLeasesRecoversAfterACrash(t *testing.T) {
	t.Parallel()
	run, log, err := play(t, stages.Offers{Registry: true, Lease: true}, crash())
	require.NoError(t, err)
	require.Equal(t, 30, log.seconds)
	require.Equal(t, []string{"server A is killed (SIGKILL); it cannot say goodbye", "the registry no longer lists A"}, log.marks)

	got := run.Result()
	require.Empty(t, got.Invalid)
	require.Equal(t, 300, got.Sent)
	require.Positive(t, got.Failed)
	require.False(t, got.Recovery.Never)
	require.Positive(t, got.Eviction)
	require.Greater(t, got.Recovery.After, got.Eviction-tenth, "nobody is found before the dead server is off the list")
	require.Len(t, run.Answered(), 2)
}

func TestAStageWithoutLeasesNeverRecovers(t *testing.T) {
	t.Parallel()
	for _, offers := range []stages.Offers{{Registry: true}, {}} {
		s := crash()
		s.Load.For = 12 * tenth
		run, log, err := play(t, offers, s)
		require.NoError(t, err)
		require.Len(t, log.marks, 1, "the registry, if there is one, lists the dead server to the end")
		got := run.Result()
		require.Empty(t, got.Invalid)
		require.True(t, got.Recovery.Never)
		require.Zero(t, got.Eviction)
	}
}

func TestARunWithoutAFaultFailsNoCall(t *testing.T) {
	t.Parallel()
	run, log, err := play(t, stages.Offers{Registry: true, Lease: true}, scenario.Scenario{Load: measure.Load{Rate: 100, For: 3 * tenth, Second: tenth}})
	require.NoError(t, err)
	require.Empty(t, log.marks)
	got := run.Result()
	require.Equal(t, measure.Result{Sent: 30, P99: got.P99}, got)
}

func TestEveryKindOfStepLeavesItsMark(t *testing.T) {
	t.Parallel()
	second := scenario.Named("B")
	step := func(tenths int, do scenario.Action) scenario.Step {
		return scenario.Step{At: time.Duration(tenths) * tenth, Do: do}
	}
	run, log, err := play(t, stages.Offers{Registry: true}, scenario.Scenario{
		Load: measure.Load{Rate: 50, For: 30 * tenth, Second: tenth},
		Steps: []scenario.Step{
			step(1, scenario.Freeze(second)), step(3, scenario.Thaw(second)),
			step(5, scenario.Terminate(second)), {At: 8 * tenth, When: scenario.Unlisted(second), Do: scenario.Join()},
		},
	})
	if errors.Is(err, proc.ErrUnsupported) {
		t.Skip(err)
	}
	require.NoError(t, err)
	require.Equal(t, []string{
		"server B is frozen (SIGSTOP); its connections stay open",
		"server B goes on (SIGCONT)",
		"server B is asked to stop (SIGTERM)",
		"the registry no longer lists B",
		"server D joins",
		"the registry lists D",
	}, log.marks)
	require.Equal(t, measure.Heal, run.Marks[1].Kind)
	require.False(t, run.Marks[1].At.Before(run.Started.Add(3*tenth)))
}

func TestARestartedServerKeepsItsAddress(t *testing.T) {
	t.Parallel()
	run, log, err := play(t, stages.Offers{Registry: true}, scenario.Scenario{
		Load:  measure.Load{Rate: 50, For: 10 * tenth, Second: tenth},
		Steps: []scenario.Step{{At: 3 * tenth, Do: scenario.Restart(scenario.Named("A"))}},
	})
	require.NoError(t, err)
	require.Equal(t, "server A is stopped (SIGTERM) and started again", log.marks[0])
	require.False(t, run.Result().Recovery.Never)
}

func TestOnlyAFrozenServerCanBeThawed(t *testing.T) {
	t.Parallel()
	s := crash()
	s.Steps[0].Do = scenario.Thaw(scenario.Frozen)
	_, _, err := play(t, stages.Offers{}, s)
	require.EqualError(t, err, "800ms into the load: no server is frozen")
}

func TestTheRegistryGoesAndComesBack(t *testing.T) {
	t.Parallel()
	run, log, err := play(t, stages.Offers{Registry: true, Lease: true}, scenario.Scenario{
		Load: measure.Load{Rate: 50, For: 40 * tenth, Second: tenth},
		Steps: []scenario.Step{
			{At: 2 * tenth, Do: scenario.KillRegistry()},
			{At: 5 * tenth, When: scenario.Away, Do: scenario.RestartRegistry()},
			{At: 10 * tenth, Do: scenario.JoinSlow(time.Minute)},
		},
	})
	require.NoError(t, err)
	for _, want := range []string{
		"the registry is killed (SIGKILL)", "the registry does not answer",
		"the registry starts again, with an empty memory", "the registry answers again",
		"server D joins; it takes 1m0s for each call", "the registry lists D",
	} {
		require.Contains(t, log.marks, want)
	}
	require.Len(t, run.All(measure.Heal), 1)
	require.Len(t, run.All(measure.Fault), 2)
	require.Equal(t, "D", run.All(measure.Fault)[1].Server)
	require.NotEmpty(t, run.All(measure.Fault)[1].Addr)
	got := run.Result()
	require.Zero(t, got.Failed, "who has a connection needs no registry")
	require.Zero(t, got.Eviction, "the fault befell no server")
}
