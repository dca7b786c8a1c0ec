package demo

import (
	"time"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// Story is the scenario that shows a stage.
func Story(stage stages.Stage) scenario.Scenario {
	switch {
	case stage.Offers.Etcd:
		return Moving()
	case stage.Offers.Failover:
		return Failover(proc.CanFreeze)
	default:
		return Crash()
	}
}

// Crash is the demo of the first stages: under steady load, the server that
// gets the calls is killed. It happens a little after a full second, so that
// the line of that second is still a good one.
func Crash() scenario.Scenario {
	return scenario.Scenario{
		Name: "server-crash",
		Load: measure.Load{Rate: 200, For: 20 * time.Second},
		Steps: []scenario.Step{
			scenario.At(52, scenario.Kill(scenario.Busiest)),
		},
	}
}

// Failover is the demo of a client that chooses. Every fault happens in turn to servers
// A, B and C and to the registry, and one server that answers is always left. Where a
// process cannot be frozen, a server that takes longer than any caller waits comes and
// goes instead. A server takes its time to start on a busy machine: nobody leaves before
// those that have joined are listed.
func Failover(canFreeze bool) scenario.Scenario {
	at := scenario.At
	hang := []scenario.Step{at(82, scenario.Freeze(scenario.Named("B"))), at(112, scenario.Thaw(scenario.Frozen))}
	if !canFreeze {
		hang = []scenario.Step{at(82, scenario.JoinSlow(2*time.Second)), at(112, scenario.Terminate(scenario.Named("D")))}
	}
	return scenario.Scenario{
		Name: "failover",
		Load: measure.Load{Rate: 400, For: 24 * time.Second},
		Steps: []scenario.Step{
			at(42, scenario.Kill(scenario.Named("A"))),
			hang[0], hang[1],
			at(132, scenario.Join()),
			once(scenario.AllListed, 162, scenario.Terminate(scenario.Named("C"))),
			once(scenario.Unlisted(scenario.Named("C")), 192, scenario.KillRegistry()),
		},
	}
}

// Moving is the demo of a registry that survives its machine. The registry loses its
// leader. After that every server that the client has known so far leaves, one of them
// without a goodbye, while others join.
func Moving() scenario.Scenario {
	return scenario.Scenario{
		Name: "moving",
		Load: measure.Load{Rate: 400, For: 24 * time.Second},
		Steps: []scenario.Step{
			scenario.At(42, scenario.KillRegistry()),
			scenario.At(82, scenario.Kill(scenario.Named("A"))),
			scenario.At(112, scenario.Join()),
			once(scenario.AllListed, 142, scenario.Terminate(scenario.Named("B"))),
			scenario.At(172, scenario.Join()),
			once(scenario.AllListed, 202, scenario.Terminate(scenario.Named("C"))),
		},
	}
}

// once is a step so many tenths of a second after the load's start, or later: not before a
// condition holds.
func once(holds scenario.Condition, tenths int, do scenario.Action) scenario.Step {
	step := scenario.At(tenths, do)
	step.When = holds
	return step
}
