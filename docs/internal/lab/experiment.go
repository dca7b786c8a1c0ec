package lab

import (
	"context"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// steady is the load of an experiment: as many calls as in the chapters.
var steady = measure.Load{Rate: 200, For: 13 * time.Second}

// experiments are the chapters' experiments on processes and their faults that are no row
// of the fault matrix, and what else a lab can do to a registry.
func experiments() []story {
	at := func(tenths int, do scenario.Action) step {
		return step{at: time.Duration(tenths) * 100 * time.Millisecond, do: played(do)}
	}
	client := func(tenths int) step {
		return step{at: time.Duration(tenths) * 100 * time.Millisecond, do: startedAnew}
	}
	a, b, c := scenario.Named("A"), scenario.Named("B"), scenario.Named("C")
	return []story{
		{
			name: "server-crash-again", title: "a server crashes and starts again on its address, 1 s later",
			lesson: "The client of 01 never dials again; that of 02 and 03 dials the dead address until somebody listens there; from 04 on calls go elsewhere meanwhile. From 03 on the id belongs to the old lease until that has run out.",
			steps:  []step{at(32, scenario.Kill(scenario.Busiest)), at(42, scenario.Again(scenario.In(cluster.Dead)))},
		},
		{
			name: "idle-server-crash", title: "server C crashes, to which no call goes up to stage 03",
			lesson: "Up to 03 no call goes to it, and none fails; from 04 on the few that were on their way are made again. 02 lists it for ever, and from 03 on its lease runs out.",
			steps:  []step{at(32, scenario.Kill(c))},
		},
		{
			name: "servers-all-hang", title: "all servers hang for 2.5 s (SIGSTOP)", skip: freezes,
			lesson: "There is nowhere else to go, so calls fail in every stage once they have waited for a second; from 04 on they are sent a second time, as often as the retry budget pays for it.",
			steps: []step{
				at(32, scenario.Freeze(a)), at(32, scenario.Freeze(b)), at(32, scenario.Freeze(c)),
				at(57, scenario.Thaw(a)), at(57, scenario.Thaw(b)), at(57, scenario.Thaw(c)),
			},
		},
		{
			name: "servers-all-crash", title: "all servers crash",
			lesson: "Calls fail in every stage, and at once: the client of 01 has lost its connection, and from 02 on every address refuses. From 03 on the list is empty when the leases have run out.",
			steps:  []step{at(32, scenario.Kill(a)), at(32, scenario.Kill(b)), at(32, scenario.Kill(c))},
		},
		{
			name: "registry-away-server-joins", title: "a server starts while the registry is away, which comes back 3 s later", skip: hasRegistry,
			lesson: "A server that finds no registry goes on trying, and is listed soon after it is back. The registry of 02 has forgotten the others for good; from 03 on they come back.",
			steps:  []step{at(22, scenario.SilenceRegistry()), at(32, scenario.Join()), at(62, scenario.ReviveRegistry())},
		},
		{
			name: "registry-away-new-client", title: "a client starts while the registry is away, which comes back 4 s later", skip: hasRegistry,
			lesson: "A client that starts while the registry is away knows nobody, so its calls fail: in 02 for ever, from 03 on until servers are listed again.",
			steps:  []step{at(22, scenario.SilenceRegistry()), client(42), at(82, scenario.ReviveRegistry())},
		},
		{
			name: "registry-hang-new-client", title: "a client starts while the registry hangs (SIGSTOP)", skip: both(hasRegistry, freezes),
			lesson: "A client that starts while the registry hangs knows nobody. Each call waits as long as it may, 1 s, and fails, until the registry goes on.",
			steps:  []step{at(22, scenario.FreezeRegistry()), client(32), at(72, scenario.ThawRegistry())},
		},
		{
			name: "registry-cut-off", title: "the whole registry is cut off from servers and clients for 7 s, longer than a lease, and runs on", skip: hasRegistry,
			lesson: "From 03 on no beat arrives, so the list is empty after a lease, and full again soon after the registry is back. No call fails: up to 03 the client keeps its connection, and from 04 on it holds who vanished without a goodbye.",
			steps:  []step{at(22, scenario.CutOffRegistry()), at(92, scenario.HealRegistry())},
		},
		{
			name: "registry-node-cut-off", title: "one node of etcd is cut off from servers and clients for 7 s, and meanwhile a server joins and another stops", skip: hasEtcd,
			lesson: "No call fails, and the new server is called: whoever was connected to that node goes on with another one.",
			steps: []step{
				at(22, scenario.CutOffNode("n1")), at(42, scenario.Join()), at(52, scenario.Terminate(a)), at(92, scenario.HealNode("n1")),
			},
		},
		{
			name: "registry-leader-parted", title: "the leader of etcd is cut off from the other nodes for 7 s, not from servers and clients, and meanwhile a server joins and another stops", skip: hasEtcd,
			lesson: "No call fails. The two others elect a new leader; the old one ends the watches that it serves, for it cannot know what is new, and whoever was connected to it goes on with another one.",
			steps: []step{
				at(22, scenario.PartLeader(false)), at(42, scenario.Join()), at(52, scenario.Terminate(a)), at(92, scenario.HealRegistry()),
			},
		},
		{
			name: "registry-leader-alone", title: "the leader of etcd is cut off from everybody for 7 s, and meanwhile a server joins and another stops", skip: hasEtcd,
			lesson: "No call fails. The two others elect a new leader, and whoever was connected to the old one finds out by itself that nothing comes from there any more.",
			steps: []step{
				at(22, scenario.PartLeader(true)), at(42, scenario.Join()), at(52, scenario.Terminate(a)), at(92, scenario.HealRegistry()),
			},
		},
	}
}

// startedAnew stops the client, and starts another like it.
func startedAnew(_ context.Context, s *side) (measure.Mark, error) {
	return measure.Mark{Kind: measure.Note, Text: "the client is stopped, and a new one starts"}, s.newClient()
}

func hasRegistry(s stages.Stage) string {
	if !s.Offers.Registry {
		return "no registry"
	}
	return ""
}

func hasEtcd(s stages.Stage) string {
	if !s.Offers.Etcd {
		return "its registry is one process"
	}
	return ""
}

func freezes(stages.Stage) string {
	if !proc.CanFreeze {
		return "cannot freeze here"
	}
	return ""
}

func both(one, other func(stages.Stage) string) func(stages.Stage) string {
	return func(s stages.Stage) string {
		if why := one(s); why != "" {
			return why
		}
		return other(s)
	}
}
