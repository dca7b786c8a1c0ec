// Package faults plays the same faults on real processes of every stage and
// makes a matrix of what their callers saw: rows are faults, columns are
// stages.
//
// The one rule: a cell is measured or empty. A run that breaks off, or that
// sent too few calls, never looks like a good one.
package faults

import (
	"time"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// Fault is a row of the matrix.
type Fault struct {
	scenario.Scenario        // its name is for the command line: server-crash
	Title             string // for people
	Registry          bool   // it is about the registry, so a stage needs one
	Freezes           bool   // it freezes a process; see proc.CanFreeze
}

// TTL is the lease of every server: short enough for its end to be seen.
const TTL = 5 * time.Second

// load is the same for every cell. The first fault comes after three seconds,
// and a lease that ends then is over, and forgotten, before the load is.
var load = measure.Load{Rate: 400, For: 13 * time.Second}

// All returns every fault, in the order of the rows.
func All() []Fault {
	at := func(tenths int, do scenario.Action) scenario.Step {
		return scenario.Step{At: time.Duration(tenths) * 100 * time.Millisecond, Do: do}
	}
	play := func(name string, steps ...scenario.Step) scenario.Scenario {
		return scenario.Scenario{Name: name, Load: load, Steps: steps}
	}
	a, b, c := scenario.Named("A"), scenario.Named("B"), scenario.Named("C")
	return []Fault{
		{Title: "a server crashes (SIGKILL)", Scenario: play("server-crash",
			at(32, scenario.Kill(scenario.Busiest)),
		)},
		{Title: "a server hangs for 3 s (SIGSTOP)", Freezes: true, Scenario: play("server-hang",
			at(32, scenario.Freeze(scenario.Busiest)), at(62, scenario.Thaw(scenario.Frozen)),
		)},
		{Title: "a server stops politely (SIGTERM)", Scenario: play("server-stop",
			at(32, scenario.Terminate(scenario.Busiest)),
		)},
		{Title: "all servers restart, one after another", Scenario: play("rolling-restart",
			at(32, scenario.Restart(a)), at(52, scenario.Restart(b)), at(72, scenario.Restart(c)),
		)},
		{Title: "a server crashes and comes back on another port", Scenario: play("server-moves",
			at(32, scenario.Kill(scenario.Busiest)), at(34, scenario.Join()),
		)},
		{Title: "a new server joins", Scenario: play("server-joins",
			at(32, scenario.Join()),
		)},
		{Title: "the registry crashes", Registry: true, Scenario: play("registry-crash",
			at(32, scenario.KillRegistry()),
		)},
		{Title: "the registry restarts with an empty memory", Registry: true, Scenario: play("registry-restart",
			at(32, scenario.KillRegistry()), at(34, scenario.RestartRegistry()),
		)},
		{Title: "the registry crashes, then every server moves", Registry: true, Scenario: play("registry-away-servers-move",
			at(32, scenario.KillRegistry()),
			at(42, scenario.Join()), at(44, scenario.Terminate(a)),
			at(52, scenario.Join()), at(54, scenario.Terminate(b)),
			at(62, scenario.Join()), at(64, scenario.Terminate(c)),
		)},
	}
}

// Skip says why the fault cannot be played on a stage; it is empty if it can.
func (f Fault) Skip(s stages.Stage) string {
	switch {
	case f.Registry && !s.Offers.Registry:
		return "no registry"
	case f.Freezes && !proc.CanFreeze:
		return "cannot freeze here"
	}
	return ""
}
