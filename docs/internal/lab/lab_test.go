package lab_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/lab"
)

func TestAFrameShowsWhoCallsWhomAndTheLeases(t *testing.T) {
	t.Parallel()
	l := start(t, 3, 4)
	frame := watch(t, l).until(t, "calls on both sides", func(f lab.Frame) bool {
		return f.Sides[0].Client.Total.OK > 50 && f.Sides[1].Client.Total.OK > 50 && f.Sides[1].Client.OK > 5
	})
	require.Equal(t, []int{3, 4}, []int{frame.Sides[0].Stage, frame.Sides[1].Stage})
	require.Zero(t, frame.Sides[0].Client.Total.Failed)
	for _, side := range frame.Sides {
		require.True(t, side.Registry.Answers)
		require.Len(t, side.Servers, lab.Servers)
		for _, s := range side.Servers {
			require.True(t, s.Listed, s.Name)
			require.Equal(t, ttl.Milliseconds(), s.Lease.TTL)
			require.LessOrEqual(t, s.Lease.Left, ttl.Milliseconds())
			require.NotZero(t, s.PID)
			require.Empty(t, s.State)
		}
	}
	require.Zero(t, frame.Sides[0].Servers[1].OK+frame.Sides[0].Servers[2].OK, "stage 3 calls one server")
}

func TestAFaultBefallsBothSidesAtOnce(t *testing.T) {
	t.Parallel()
	l := start(t, 3, 4)
	f := watch(t, l)
	f.until(t, "calls", func(f lab.Frame) bool { return f.Sides[0].Client.OK > 0 && f.Sides[1].Client.OK > 0 })
	do(t, l, lab.Action{Do: "kill", Server: "A"})
	f.until(t, "A is dead on both sides", func(f lab.Frame) bool {
		return f.Sides[0].Servers[0].State == "dead" && f.Sides[1].Servers[0].State == "dead"
	})
	f.until(t, "calls fail in stage 3", func(f lab.Frame) bool { return f.Sides[0].Client.Failed > 0 })
	gone := f.until(t, "A is off both lists", func(f lab.Frame) bool { return !f.Sides[0].Servers[0].Listed && !f.Sides[1].Servers[0].Listed })
	require.Zero(t, gone.Sides[1].Client.Total.Failed, "stage 4 loses no call")
	f.until(t, "stage 3 has found another", func(f lab.Frame) bool { return f.Sides[0].Servers[1].OK > 0 })
	require.Contains(t, f.events, "server A is killed (SIGKILL); it cannot say goodbye")
	require.Contains(t, f.events, "the registry no longer lists A")

	do(t, l, lab.Action{Do: "start", Server: "A"})
	f.until(t, "A is back", func(f lab.Frame) bool { return f.Sides[0].Servers[0].Listed && f.Sides[1].Servers[0].Listed })
	only := 1
	do(t, l, lab.Action{Do: "join", Side: &only})
	joined := f.until(t, "a fourth server", func(f lab.Frame) bool { return len(f.Sides[1].Servers) == 4 })
	require.Len(t, joined.Sides[0].Servers, 3, "the action was for one side")
}

func TestAProcessThatNobodyEndedIsTold(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	frame := f.until(t, "calls", func(f lab.Frame) bool { return f.Sides[0].Client.OK > 0 })
	process, err := os.FindProcess(frame.Sides[0].Servers[1].PID)
	require.NoError(t, err)
	require.NoError(t, process.Kill())
	f.until(t, "B is told", func(f lab.Frame) bool { return f.Sides[0].Servers[1].State == "ended" })
	told := func(text string) bool { return strings.HasPrefix(text, "server B has ended on its own") }
	if !slices.ContainsFunc(f.events, told) {
		f.until(t, "an event", func(lab.Frame) bool { return slices.ContainsFunc(f.events, told) })
	}
	do(t, l, lab.Action{Do: "kill", Server: "C"})
	f.until(t, "C is dead", func(f lab.Frame) bool { return f.Sides[0].Servers[2].State == "dead" })
	f.until(t, "time has passed", func(lab.Frame) bool { return true })
	n := 0
	for _, text := range f.events {
		if told(text) {
			n++
		}
	}
	require.Equal(t, 1, n, "it is told once: %q", f.events)
}

func TestAProcessThatAnActionEndsHasNotEndedOnItsOwn(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	f.until(t, "a list", func(f lab.Frame) bool { return f.Sides[0].Servers[0].Listed })
	do(t, l, lab.Action{Do: "script", Script: "rolling-restart"})
	f.until(t, "all have started again", func(lab.Frame) bool {
		return slices.Contains(f.events, "server C is stopped (SIGTERM) and started again")
	})
	for _, text := range f.events {
		require.NotContains(t, text, "on its own")
	}
	do(t, l, lab.Action{Do: "script-stop"})
}

func TestTheRegistryIsKilledAndStartsAgain(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	f.until(t, "a list", func(f lab.Frame) bool { return f.Sides[0].Servers[0].Listed })
	do(t, l, lab.Action{Do: "node-kill", Node: "registry"})
	frame := f.until(t, "it does not answer", func(f lab.Frame) bool { return !f.Sides[0].Registry.Answers })
	require.Equal(t, "dead", frame.Sides[0].Registry.Nodes[0].State)
	require.True(t, frame.Sides[0].Servers[0].Listed, "what it listed last stands")
	do(t, l, lab.Action{Do: "node-start", Node: "registry"})
	f.until(t, "it lists them again", func(f lab.Frame) bool { return f.Sides[0].Registry.Answers && f.Sides[0].Servers[0].Listed })
	require.ErrorContains(t, l.Do(t.Context(), lab.Action{Do: "node-kill", Node: "n7"}), `no process "n7"`)
}

func TestTheRegistryIsCutOffAndHealed(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	f.until(t, "a list", func(f lab.Frame) bool { return f.Sides[0].Servers[0].Listed })
	do(t, l, lab.Action{Do: "node-cut", Node: "registry"})
	frame := f.until(t, "all leases run out, and who looks from outside is answered", func(f lab.Frame) bool {
		return f.Sides[0].Registry.Answers && !f.Sides[0].Servers[0].Listed && !f.Sides[0].Servers[2].Listed
	})
	require.Equal(t, "cut off", frame.Sides[0].Registry.Nodes[0].State)
	require.Contains(t, f.events, "the registry is cut off: it runs on, and no server or client reaches it")
	do(t, l, lab.Action{Do: "node-heal", Node: "registry"})
	frame = f.until(t, "it lists them again", func(f lab.Frame) bool { return f.Sides[0].Servers[0].Listed && f.Sides[0].Servers[2].Listed })
	require.Empty(t, frame.Sides[0].Registry.Nodes[0].State)
	require.ErrorContains(t, l.Do(t.Context(), lab.Action{Do: "node-cut", Node: "n7"}), `no process "n7"`)
}

func TestANewClientAndANewStart(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	before := f.until(t, "calls", func(f lab.Frame) bool { return f.Sides[0].Client.Total.OK > 20 })
	settings := lab.Settings{Rate: 50, Timeout: "500ms", Balancer: "random"}
	do(t, l, lab.Action{Do: "client", Settings: settings})
	after := f.until(t, "the new one calls", func(f lab.Frame) bool {
		return f.Sides[0].Client.Settings == settings && f.Sides[0].Client.OK > 0
	})
	require.NotEqual(t, before.Sides[0].Client.PID, after.Sides[0].Client.PID)
	require.GreaterOrEqual(t, after.Sides[0].Client.Total.OK, before.Sides[0].Client.Total.OK)

	do(t, l, lab.Action{Do: "fresh"})
	fresh := f.until(t, "another registry", func(f lab.Frame) bool {
		for _, s := range f.Sides[0].Servers {
			require.NotEqual(t, "ended", s.State, "nobody is said to have ended on its own")
		}
		return len(f.Sides[0].Registry.Nodes) > 0 && f.Sides[0].Registry.Nodes[0].PID != before.Sides[0].Registry.Nodes[0].PID && f.Sides[0].Client.OK > 0
	})
	require.Less(t, fresh.Sides[0].Client.Total.OK, after.Sides[0].Client.Total.OK)
	for _, text := range f.events {
		require.NotContains(t, text, "on its own")
		require.NotContains(t, text, "does not answer")
	}
}

func TestWhatCannotBeDoneIsRefused(t *testing.T) {
	t.Parallel()
	l := start(t, 1)
	for want, a := range map[string]lab.Action{
		`no such action: "explode"`:              {Do: "explode"},
		"there is no server Z":                   {Do: "kill", Server: "Z"},
		"this stage has no registry":             {Do: "registry-kill"},
		"server A runs":                          {Do: "start", Server: "A"},
		`there is no script "nothing"`:           {Do: "script", Script: "nothing"},
		"cannot be played: stage 1: no registry": {Do: "script", Script: "registry-crash"},
		"rate 0 is not between 1 and 2000":       {Do: "client", Settings: lab.Settings{Timeout: "1s", Balancer: "random"}},
		`timeout "soon" is not`:                  {Do: "client", Settings: lab.Settings{Rate: 1, Timeout: "soon", Balancer: "random"}},
		`there is no balancer "best"`:            {Do: "client", Settings: lab.Settings{Rate: 1, Timeout: "1s", Balancer: "best"}},
	} {
		require.ErrorContains(t, l.Do(t.Context(), a), want)
	}
	for range lab.MaxServers - lab.Servers {
		do(t, l, lab.Action{Do: "join"})
	}
	require.ErrorContains(t, l.Do(t.Context(), lab.Action{Do: "join"}), "more are not allowed")
}

func TestAScriptStartsAnewAndCanBeStopped(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	before := f.until(t, "a registry", func(f lab.Frame) bool { return len(f.Sides[0].Registry.Nodes) > 0 })
	do(t, l, lab.Action{Do: "script", Script: "server-crash"})
	f.until(t, "the script, on new processes", func(f lab.Frame) bool {
		nodes := f.Sides[0].Registry.Nodes
		return f.Script == "server-crash" && len(nodes) > 0 && nodes[0].PID != before.Sides[0].Registry.Nodes[0].PID
	})
	do(t, l, lab.Action{Do: "script-stop"})
	f.until(t, "no script", func(f lab.Frame) bool { return f.Script == "" })
	require.NotContains(t, f.events, "server A is killed (SIGKILL); it cannot say goodbye")
}

func TestAClosedLabLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	l := start(t, 3)
	f := watch(t, l)
	frame := f.until(t, "calls", func(f lab.Frame) bool { return f.Sides[0].Client.OK > 0 })
	require.NoError(t, l.Close())
	left, err := filepath.Glob(filepath.Join(tmp, "workshop-*"))
	require.NoError(t, err)
	require.Empty(t, left)
	for _, s := range frame.Sides[0].Servers {
		_, err := http.Get("http://" + s.Addr)
		require.ErrorContains(t, err, "refused", s.Name)
	}
	for range f.frames { // ends
	}
}
