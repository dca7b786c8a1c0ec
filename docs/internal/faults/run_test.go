package faults_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/measure"
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

// tenth is how long a second of the fakes' report takes.
const tenth = 100 * time.Millisecond

// quick is a fault in three seconds of load.
func quick(name string, steps ...scenario.Step) faults.Fault {
	return faults.Fault{Scenario: scenario.Scenario{Name: name, Load: measure.Load{Rate: 100, For: 30 * tenth, Second: tenth}, Steps: steps}}
}

var (
	crash = quick("crash", scenario.Step{At: 3 * tenth, Do: scenario.Kill(scenario.Named("A"))})
	joins = quick("joins", scenario.Step{At: 3 * tenth, Do: scenario.Join()})
	// slow is slower than an impatient caller.
	slow    = proxied("slow", scenario.Slow(scenario.Named("A"), 40*tenth), scenario.Heal(scenario.In(cluster.Slow)), nil)
	forgets = quick("forgets", scenario.Step{At: 3 * tenth, Do: scenario.RestartRegistry()})
	// majority takes two of three nodes away and brings them back.
	majority = quick("majority",
		scenario.Step{At: 2 * tenth, Do: scenario.KillRegistry()}, scenario.Step{At: 4 * tenth, Do: scenario.SilenceRegistry()},
		scenario.Step{At: 10 * tenth, Do: scenario.ReviveRegistry()}, scenario.Step{At: 11 * tenth, Do: scenario.Join()})
	panics = quick("panics", scenario.Step{At: 3 * tenth, Do: scenario.Panic(scenario.Named("A"))})
	moves  = quick("moves", scenario.Step{At: 3 * tenth, Do: scenario.Kill(scenario.Named("A"))}, scenario.Step{At: 4 * tenth, Do: scenario.Move(scenario.Named("A"))})
	hangs  = quick("hangs", scenario.Step{At: 3 * tenth, Do: scenario.FreezeRegistry()}, scenario.Step{At: 20 * tenth, Do: scenario.ThawRegistry()})
)

// evicted is when the registry has dropped A.
var evicted = scenario.Unlisted(scenario.Named("A"))

// cut takes A's way to the registry away until a condition holds.
func cut(when scenario.Condition) faults.Fault {
	return proxied("cut", scenario.CutOff(scenario.Named("A")), scenario.Heal(scenario.In(cluster.CutOff)), when)
}

// cutAll does that to all servers.
func cutAll() faults.Fault {
	f := quick("cut-all")
	f.Proxied, f.Load.For = true, 50*tenth
	for _, name := range []string{"A", "B", "C"} {
		f.Steps = append(f.Steps, scenario.Step{At: 3 * tenth, Do: scenario.CutOff(scenario.Named(name))})
	}
	for _, name := range []string{"A", "B", "C"} {
		s := scenario.Named(name)
		f.Steps = append(f.Steps, scenario.Step{At: 8 * tenth, When: scenario.Unlisted(s), Do: scenario.Heal(s)})
	}
	return f
}

// proxied breaks something and heals it 0.8 s later, or when a condition holds.
func proxied(name string, broken, healed scenario.Action, when scenario.Condition) faults.Fault {
	f := quick(name, scenario.Step{At: 3 * tenth, Do: broken}, scenario.Step{At: 11 * tenth, When: when, Do: healed})
	f.Load.For = 40 * tenth
	f.Proxied = true
	return f
}

// run measures one cell on a stage of fakes.
func run(t *testing.T, offers stages.Offers, f faults.Fault, fakes fakestage.Options) faults.Cell {
	t.Helper()
	fakes.Second = tenth
	var told []string
	cells, err := faults.Run(t.Context(), faults.Options{
		Root: t.TempDir(), Columns: []faults.Column{{Stage: stages.Stage{Number: 7, Dir: "stage07-fake", Offers: offers}, GRPC: offers.GRPC}},
		Faults: []faults.Fault{f}, Repeat: 1, Parallel: 1, TTL: 12 * tenth,
		Build: func(_ context.Context, _, bin string, _ func(time.Duration)) error {
			return fakestage.Install(bin, fakes)
		},
		Tell: func(text string) {
			if !strings.HasSuffix(text, faults.OnceMore) {
				told = append(told, text)
			}
		},
	})
	require.NoError(t, err)
	require.Len(t, cells, 1)
	require.Equal(t, "building stage07-fake", told[0])
	if len(cells[0].Runs) > 0 {
		require.Regexp(t, `^1 of 1: stage 7(?: over gRPC)?, `+f.Name+` \(about \d+s left\)$`, told[1])
		require.Len(t, told, 3)
		require.Regexp(t, `^  stage 7(?: over gRPC)?, `+f.Name+`: \Q`+cells[0].Runs[0].String()+`\E(; the machine stood still .*)?$`, told[2])
	}
	return cells[0]
}

func TestABrokenMeasurementIsNeverAGoodCell(t *testing.T) {
	t.Parallel()
	for tamper, want := range map[fakestage.Tamper]string{
		fakestage.Short:   "invalid: only 20 of 40 calls were sent",
		fakestage.Failing: "invalid: the load report breaks off: arith-client: exit status 1: arith-client: no such service",
		fakestage.Garbled: "invalid: malformed load report: line 1: ",
	} {
		t.Run(string(tamper), func(t *testing.T) {
			t.Parallel()
			nothing := quick("nothing")
			nothing.Load.For = 4 * tenth
			cell := run(t, stages.Offers{Registry: true}, nothing, fakestage.Options{Tamper: tamper})
			require.Contains(t, cell.String(), want)
			require.Equal(t, 1, faults.Invalid([]faults.Cell{cell}))
		})
	}
}

// said makes a mark of something that was not done to A.
func said(kind measure.Kind) scenario.Action {
	return func(_ context.Context, w *scenario.World) (measure.Mark, error) {
		a := w.Cluster.Servers()[0]
		return measure.Mark{Kind: kind, Server: a.Name, Addr: a.Addr, Text: "so it says"}, nil
	}
}

func TestAFaultThatHitsNobodyIsNeverAGoodCell(t *testing.T) {
	t.Parallel()
	alone := func(_ context.Context, w *scenario.World) (measure.Mark, error) {
		return measure.Mark{Kind: measure.Note, Text: "nobody was told"}, w.Cluster.Servers()[1].Process().Kill()
	}
	nothing := quick("nothing", scenario.Step{At: 3 * tenth, Do: said(measure.Fault)}, scenario.Step{At: 11 * tenth, Do: said(measure.Heal)})
	freezes, slows, cuts, evicts, dies := nothing, nothing, nothing, nothing, quick("dies", scenario.Step{At: 3 * tenth, Do: alone})
	freezes.Freezes, slows.Slows, cuts.Cuts, evicts.Evicts = true, true, true, true
	for want, f := range map[string]faults.Fault{
		"invalid: the registry went on answering: it was not hit":                                 silences(nothing),
		"invalid: server A went on answering: it was not hit":                                     freezes,
		"invalid: no call felt that server A is slow: it was not hit":                             slows,
		"invalid: nobody called the stranger on the port of server A: it was not hit":             taken(evicted),
		"invalid: server A stayed listed: it was not hit":                                         evicts,
		"invalid: no call felt that the connections to server A are half open: they were not hit": cuts,
		"invalid: server B has ended on its own: arith-server: signal: killed":                    dies,
		"invalid: server A joined and was never listed":                                           listed(quick("joins not", scenario.Step{At: 3 * tenth, Do: said(measure.Joined)})),
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, run(t, stages.Offers{Registry: true, Lease: true}, f, fakestage.Options{}).String())
		})
	}
}

func TestAStepThatCannotBeTakenIsNeverAGoodCell(t *testing.T) {
	t.Parallel()
	thaw := quick("thaw", scenario.Step{At: tenth, Do: scenario.Thaw(scenario.Frozen)})
	require.Equal(t, "invalid: 100ms into the load: no server is frozen", run(t, stages.Offers{}, thaw, fakestage.Options{}).String())
}

func TestOneProcessHasNoMajorityToLose(t *testing.T) {
	t.Parallel()
	f := majority
	f.Registry, f.Majority = true, true
	require.Equal(t, "– (its registry is one process)", run(t, stages.Offers{Registry: true}, f, fakestage.Options{}).String())
	require.Equal(t, "– (no registry)", run(t, stages.Offers{}, f, fakestage.Options{}).String())
}

func TestAStageWithoutARegistryCannotLoseIt(t *testing.T) {
	t.Parallel()
	away := quick("away", scenario.Step{At: tenth, Do: scenario.KillRegistry()})
	away.Registry = true
	cell := run(t, stages.Offers{}, away, fakestage.Options{})
	require.Equal(t, "– (no registry)", cell.String())
	require.Empty(t, cell.Runs)
}

func TestAServerWithoutProxiesIsNeitherSlowedNorCutOff(t *testing.T) {
	t.Parallel()
	for fault, want := range map[*faults.Fault]string{
		&slow: "server A stands behind no proxy", new(cut(nil)): "server A has no proxy between it and a registry",
	} {
		direct := *fault
		direct.Proxied = false
		require.Equal(t, "invalid: 300ms into the load: "+want, run(t, stages.Offers{Registry: true}, direct, fakestage.Options{}).String())
	}
}

func TestAStageThatDoesNotBuildEndsTheMatrixAndLeavesNoFile(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	broken := errors.New("oops")
	_, err := faults.Run(t.Context(), faults.Options{
		Columns: faults.Columns(stages.All()[:1]), Faults: faults.All(), Repeat: 1, Parallel: 1, Tell: func(string) {},
		Build: func(context.Context, string, string, func(time.Duration)) error { return broken },
	})
	require.ErrorIs(t, err, broken)
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestTheMatrixEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := faults.Run(ctx, faults.Options{
		Columns: []faults.Column{{}}, Repeat: 1, Parallel: 1, Tell: func(string) {},
		Faults: []faults.Fault{quick("cancel", scenario.Step{At: tenth, Do: func(context.Context, *scenario.World) (measure.Mark, error) {
			cancel()
			return measure.Mark{}, nil
		}})},
		Build: func(_ context.Context, _, bin string, _ func(time.Duration)) error {
			return fakestage.Install(bin, fakestage.Options{Second: tenth})
		},
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestARunThatIsStoppedLeavesNoProxy(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stopped := proxied("stopped", scenario.CutOff(scenario.Named("A")), func(context.Context, *scenario.World) (measure.Mark, error) {
		cancel()
		return measure.Mark{}, nil
	}, nil)
	_, err := faults.Run(ctx, faults.Options{
		Columns: []faults.Column{{Stage: stages.Stage{Offers: stages.Offers{Registry: true}}}}, Faults: []faults.Fault{stopped}, Repeat: 1, Parallel: 1,
		Build: func(_ context.Context, _, bin string, _ func(time.Duration)) error {
			return fakestage.Install(bin, fakestage.Options{Second: tenth})
		},
		Tell: func(string) {},
	})
	require.ErrorIs(t, err, context.Canceled)
	left := func() bool {
		buf := make([]byte, 1<<20)
		return strings.Contains(string(buf[:runtime.Stack(buf, true)]), "internal/proxy.")
	}
	for deadline := time.Now().Add(10 * time.Second); left(); runtime.Gosched() {
		require.True(t, time.Now().Before(deadline), "the proxies still run")
	}
}
