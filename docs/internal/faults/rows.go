package faults

import (
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
)

// load is the same for every cell. The first fault comes after three seconds,
// and a lease that ends then is over, and forgotten, before the load is.
var load = measure.Load{Rate: 400, For: 13 * time.Second}

// fineLoad is load with a report that tells when a call failed to a twentieth of a
// second.
var fineLoad = measure.Load{Rate: load.Rate, For: load.For, Second: 50 * time.Millisecond}

// longLoad is for a fault that outlasts a lease, and the return from it.
var longLoad = measure.Load{Rate: load.Rate, For: 16 * time.Second}

// impatientLoad is longLoad by callers who wait for less time than an attempt has by
// default.
var impatientLoad = measure.Load{Rate: load.Rate, For: longLoad.For, Wait: 150 * time.Millisecond}

// longestLoad is for one that outlasts two.
var longestLoad = measure.Load{Rate: load.Rate, For: 20 * time.Second}

// sweep is how often the registry looks for leases that have run out, and
// reportStep the resolution of the time until calls fail no more.
const sweep, reportStep = time.Second, time.Second

// attemptTime is how long a client waits for an answer before it tries elsewhere, and
// slack is for the time until it has the list that the registry has.
const attemptTime, slack = 200 * time.Millisecond, 50 * time.Millisecond

// startTime is how long it takes until three processes of etcd have elected a
// leader and three servers are listed.
const startTime = 5 * time.Second

// slowness is how much later a slow server's answers arrive: long for a client
// that may choose, and less than callers wait.
const slowness = 300 * time.Millisecond

// All returns every fault, in the order of the rows.
func All() []Fault {
	at := scenario.At
	play := func(name string, steps ...scenario.Step) scenario.Scenario {
		return scenario.Scenario{Name: name, Load: load, Steps: steps}
	}
	a, b, c := scenario.Named("A"), scenario.Named("B"), scenario.Named("C")
	return []Fault{
		{
			Title: "a server crashes (SIGKILL)", Green: 4,
			Lesson: "The client of 01 never dials again; that of 02 goes back to the dead address for ever, and that of 03 until the lease has run out; from 04 on a call that fails is made again elsewhere.",
			Scenario: play("server-crash",
				at(32, scenario.Kill(scenario.Busiest)),
			),
		},
		{
			Title: "a dead server's port is taken by another program", Green: 4,
			Lesson: "The client of 01 never dials again; that of 02 and 03 takes the stranger's error for its service's answer, and stays with it as long as the connection lasts; from 04 on such a call is made again elsewhere.",
			Scenario: play("server-port-taken",
				at(32, scenario.Kill(scenario.Busiest)), at(33, scenario.Usurp(scenario.In(cluster.Dead))),
			),
		},
		{
			Title: "a server hangs for 3 s (SIGSTOP)", Green: 4, Freezes: true,
			Lesson: "Up to 03 calls wait for the one server that the client has, and most in vain; from 04 on they are made again elsewhere after 200 ms.",
			Scenario: play("server-hang",
				at(32, scenario.Freeze(scenario.Busiest)), at(62, scenario.Thaw(scenario.Frozen)),
			),
		},
		{
			Title: "a server hangs for 7 s (SIGSTOP), longer than its lease", Green: 4, Freezes: true, Evicts: true,
			Lesson: "Up to 03 calls wait for the one server that the client has, and the end of its lease cleans the list and not the client; from 04 on they are made again elsewhere after 200 ms.",
			Scenario: scenario.Scenario{Name: "server-hangs-past-lease", Load: longLoad, Steps: []scenario.Step{
				at(32, scenario.Freeze(scenario.Busiest)), at(102, scenario.Thaw(scenario.Frozen)),
			}},
		},
		{
			Title: "a server hangs for 7 s (SIGSTOP), and callers wait for 150 ms", Green: 4, Freezes: true, Evicts: true,
			Lesson: "Up to 03 every call waits in vain for the one server that the client has; from 04 on a call begins elsewhere too after a third of its caller's time.",
			Scenario: scenario.Scenario{Name: "server-hangs-short-wait", Load: impatientLoad, Steps: []scenario.Step{
				at(32, scenario.Freeze(scenario.Busiest)), at(102, scenario.Thaw(scenario.Frozen)),
			}},
		},
		{
			Title: "connections go half-open: all that there are fall silent, new ones pass", Green: 4, Proxied: true, Cuts: true,
			Lesson: "Up to 03 the client keeps its connection until the kernel gives it up, a quarter of an hour later; from 04 on it asks a silent connection for a sign of life, and dials anew after 400 ms.",
			Scenario: play("connections-half-open",
				at(32, scenario.HalfOpen(a)), at(32, scenario.HalfOpen(b)), at(32, scenario.HalfOpen(c)),
			),
		},
		{
			Title: "a method panics", Green: 4, Faulty: true,
			Lesson: "Up to 03 a panic ends the process, and with it the calls of everybody else; from 04 on it is an error for its caller alone.",
			Scenario: play("method-panics",
				at(32, scenario.Panic(scenario.Busiest)),
			),
		},
		{
			Title: "a server's answers take 300 ms longer for 5 s", Green: 4, Proxied: true, Slows: true,
			Lesson: "Up to 03 the client has that server alone, and every call waits for it; from 04 on calls go to those that answer sooner.",
			Scenario: play("server-slow",
				at(32, scenario.Slow(scenario.Busiest, slowness)), at(82, scenario.Heal(scenario.In(cluster.Slow))),
			),
		},
		{
			Title: "a server stops politely (SIGTERM)", Green: 4,
			Lesson: "The client of 01 knows no other address; that of 02 and 03 finds the next one on the list, and may lose the call that it sends while the server hangs up; from 04 on it leaves before that.",
			Scenario: play("server-stop",
				at(32, scenario.Terminate(scenario.Busiest)),
			),
		},
		{
			Title: "all servers restart, one after another", Green: 4,
			Lesson: "The client of 01 never dials again; that of 02 and 03 asks the registry for a server that runs, and may lose the call that it sends while one hangs up; from 04 on it leaves before that.",
			Scenario: play("rolling-restart",
				at(32, scenario.Restart(a)), at(52, scenario.Restart(b)), at(72, scenario.Restart(c)),
			),
		},
		{
			Title: "a server crashes and comes back on another port", Green: 4,
			Lesson: "The client of 01 never dials again; that of 02 goes back to the old address for ever, and that of 03 until the lease has run out; from 04 on it follows the list, and meanwhile a call that fails is made again elsewhere.",
			Scenario: play("server-moves",
				at(32, scenario.Kill(scenario.Busiest)), at(34, scenario.Join()),
			),
		},
		{
			Title: "every server crashes and comes back under its id on another port", Within: TTL + sweep + reportStep, Bounded: 3,
			Lesson: "The client of 01 has lost its address; the registry of 02 believes whoever comes last; from 03 on nobody can take an id while its lease runs, so calls fail for at most a TTL and a sweep.",
			Scenario: play("servers-all-move",
				at(32, scenario.Kill(a)), at(32, scenario.Kill(b)), at(32, scenario.Kill(c)),
				at(34, scenario.Move(a)), at(34, scenario.Move(b)), at(34, scenario.Move(c)),
			),
		},
		{
			Title: "a new server joins", Green: 4,
			Lesson: "Up to 03 the client keeps the one connection that it has, so who joins stays idle; from 04 on it follows the list and spreads its calls.",
			Scenario: play("server-joins",
				at(32, scenario.Join()),
			),
		},
		{
			Title: "a server is cut off from the registry for 7 s, not from its callers", Green: 2, Registry: true, Proxied: true, Evicts: true,
			Scenario: scenario.Scenario{Name: "server-cut-off", Load: longLoad, Steps: []scenario.Step{
				at(32, scenario.CutOff(scenario.Busiest)), at(102, scenario.Heal(scenario.In(cluster.CutOff))),
			}},
		},
		{
			Title: "every server is cut off from the registry for 10 s, two TTLs, not from its callers", Green: 2, Registry: true, Proxied: true, Evicts: true,
			Scenario: scenario.Scenario{Name: "servers-all-cut-off", Load: longestLoad, Steps: []scenario.Step{
				at(32, scenario.CutOff(a)), at(32, scenario.CutOff(b)), at(32, scenario.CutOff(c)),
				at(132, scenario.Heal(a)), at(132, scenario.Heal(b)), at(132, scenario.Heal(c)),
			}},
		},
		{
			Title: "the whole registry hangs for 7 s (SIGSTOP), longer than a lease", Green: 2, Registry: true, Freezes: true, Silences: true,
			Scenario: scenario.Scenario{Name: "registry-hang", Load: longLoad, Steps: []scenario.Step{
				at(32, scenario.FreezeRegistry()), at(102, scenario.ThawRegistry()),
			}},
		},
		{
			Title: "the registry crashes (in 05 one of three processes, the leader)", Green: 2, Registry: true,
			Scenario: play("registry-crash",
				at(32, scenario.KillRegistry()),
			),
		},
		{
			Title: "the whole registry crashes and starts again (up to 04 with an empty memory)", Green: 3, Registry: true,
			Lesson: "The servers of 02 register once, so a registry that has forgotten them never lists them again; from 03 on a heartbeat brings them back.",
			Scenario: play("registry-restart",
				at(32, scenario.KillRegistry()), at(34, scenario.RestartRegistry()),
			),
		},
		{
			Title: "the registry loses all that it knew, and every server begins anew on another port", Registry: true,
			Within: startTime + reportStep, Bounded: 2, AfterListed: attemptTime + fineLoad.Second + slack,
			Lesson: "Calls fail until the registry is back and lists the new servers, and from 04 on none does later than an attempt's 200 ms after that; the registry of 05 may come back with the ID and the revision of the old one, so its client compares the entries themselves.",
			Scenario: scenario.Scenario{Name: "all-begin-anew", Load: fineLoad, Steps: []scenario.Step{
				at(32, scenario.Kill(a)), at(32, scenario.Kill(b)), at(32, scenario.Kill(c)), at(32, scenario.RenewRegistry()),
				at(33, scenario.Move(a)), at(33, scenario.Move(b)), at(33, scenario.Move(c)),
			}},
		},
		{
			Title: "the registry crashes (as above), then every server moves", Green: 5, Registry: true,
			Lesson: "The registry of 02 to 04 is one process, and while it is gone nobody learns where servers are now; that of 05 goes on without any one of its three processes.",
			Scenario: play("registry-away-servers-move",
				at(32, scenario.KillRegistry()),
				at(42, scenario.Join()), at(44, scenario.Terminate(a)),
				at(52, scenario.Join()), at(54, scenario.Terminate(b)),
				at(62, scenario.Join()), at(64, scenario.Terminate(c)),
			),
		},
		{
			Title: "two of the registry's three processes are dead for 6 s, and a server joins after that", Registry: true, Majority: true, Green: 5,
			Scenario: scenario.Scenario{Name: "registry-majority-lost", Load: longLoad, Steps: []scenario.Step{
				at(32, scenario.KillRegistry()), at(42, scenario.SilenceRegistry()),
				at(102, scenario.ReviveRegistry()), at(104, scenario.Join()),
			}},
		},
	}
}
