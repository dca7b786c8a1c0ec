package stages

func stage04() Stage {
	return Stage{
		Number: 4,
		Dir:    "stage04-balancing",
		Idea:   "the client chooses",
		Limit:  "the registry's machine dies, and a server that moves is never found again",
		Lesson: "The client knows every server and tries another when one does not answer, so its callers need not notice. It even goes on without a registry, but only with the servers that it knows.",
		Offers: Offers{Registry: true, Lease: true, Failover: true},
		Gone: []Gone{
			{Path: "client/client_bench_test.go", To: "", Reason: "the benchmarks of all ways to call stand side by side in bench_test.go"},
			{Path: "client/directory_test.go", To: "", Reason: "the client is given a Discovery, which a test drives by hand"},
			{Path: "client/store_test.go", To: "", Reason: "it made the registry of directory_test.go"},
		},
		Budget:     Budget{Core: 950, Deep: 2000},
		MaxDeleted: 175,
		MaxTests:   5036,
		MaxNoise:   5,
		Parts: []Part{{
			Title:   "It follows the list",
			Outcome: "A client knows of every change at once, and goes on with the last list while the registry is away.",
			Steps: []Step{
				{
					Title: "A revision",
					Why:   "Without a number for each change, the only way to learn of one is to fetch everything and compare.",
					Role:  Core,
					Files: []string{"registry/revision.go", "registry/store.go", "registry/list.go"},
				},
				{
					Title: "A long poll",
					Why:   "Whoever asks every second learns of a death a second late, and asks for nothing nearly every time.",
					Role:  Core,
					Files: []string{"registry/poll.go", "registry/handler.go", "registry/serve.go", "registry/poll_test.go", "registry/poll_limits_test.go", "registry/handler_test.go", "cmd/registry/serve_test.go"},
				},
				{
					Title: "What a client needs of a registry",
					Why:   "A client that knows HTTP must be written anew for the next registry; one that is given whole states, with a mark when they are old, need not.",
					Role:  Core,
					Files: []string{"registry/discovery.go"},
				},
				{
					Title: "Reading an answer with care",
					Why:   "One malformed entry must not hide the good ones, a registry that lost its memory must not empty the list, and one that answers at once must not be run down.",
					Role:  Core,
					Files: []string{"registry/answer.go", "registry/client.go", "registry/pace.go", "registry/client_test.go", "registry/malformed_test.go", "registry/restart_test.go"},
				},
				{
					Title: "A watcher",
					Why:   "A change between the list and the watch is lost for good, unless the watch begins at the list's revision.",
					Role:  Core,
					Files: []string{"registry/watch.go", "registry/watch_test.go", "registry/example_watch_test.go", "registry/bench_watch_test.go"},
				},
				{
					Title: "One registration for every registry",
					Why:   "To beat, to register again and to leave is the same work whoever lists the instance.",
					Role:  Core,
					Files: []string{"registry/registration.go", "registry/remote.go", "registry/update.go", "registry/update_test.go", "registry/example_test.go"},
				},
				{
					Title: "A registry in memory",
					Why:   "A test, or a program that is all in one process, needs no HTTP to discover.",
					Role:  Given,
					Files: []string{"registry/memory.go"},
				},
				{
					Title: "One suite for every registry",
					Why:   "An interface says what can be called; only a test that any implementation can be run through says what must then be true.",
					Role:  Given,
					Files: []string{"registry/registrytest/registrytest.go", "registry/registrytest/invalid.go", "registry/conformance_test.go", "registry/host_test.go"},
				},
				{
					Title: "The suite's tools",
					Why:   "A check that waits in real time is slow or flaky.",
					Role:  Given,
					Files: []string{"registry/registrytest/harness.go"},
				},
				{
					Title: "The suite: listing",
					Why:   "What is registered is listed, whole and in order, and nothing else is.",
					Role:  Given,
					Files: []string{"registry/registrytest/listing.go"},
				},
				{
					Title: "The suite: watching",
					Why:   "A slow reader must see the latest state and miss no final one.",
					Role:  Given,
					Files: []string{"registry/registrytest/watching.go"},
				},
				{
					Title: "The suite: a watch ends",
					Why:   "What a watch has started must end with it, however it ends.",
					Role:  Given,
					Files: []string{"registry/registrytest/ending.go"},
				},
				{
					Title: "The suite: leaving",
					Why:   "An instance that has left must stay away, whatever was still on its way.",
					Role:  Given,
					Files: []string{"registry/registrytest/leaving.go"},
				},
				{
					Title: "The suite: faults",
					Why:   "A registry that is away, or comes back empty, is no reason to call nobody.",
					Role:  Given,
					Files: []string{"registry/registrytest/faults.go"},
				},
			},
		}, {
			Title:   "It chooses",
			Outcome: "Calls are spread over all instances, by the rule that fits them.",
			Steps: []Step{
				{
					Title: "A balancer",
					Why:   "What is known about an instance must survive an update of the list, and every pick must be handed back once, or the counts drift.",
					Role:  Core,
					Files: []string{"balancer/balancer.go", "balancer/nodes.go"},
				},
				{
					Title: "In turn, or at random",
					Why:   "The simplest choices are even, and blind to how long a call takes.",
					Role:  Core,
					Files: []string{"balancer/round_robin.go", "balancer/random.go"},
				},
				{
					Title: "By weight, smoothly",
					Why:   "Weights that are served in blocks overwhelm the heaviest instance in bursts.",
					Role:  Deep,
					Files: []string{"balancer/weighted_round_robin.go", "balancer/round.go"},
				},
				{
					Title: "Ordered by calls in flight",
					Why:   "To look at every instance for every call costs more the more there are.",
					Role:  Deep,
					Files: []string{"balancer/load_order.go"},
				},
				{
					Title: "The fewest calls in flight",
					Why:   "A slow instance keeps its calls longer, so it should get fewer; one that fails at once must not look idle.",
					Role:  Deep,
					Files: []string{"balancer/least_connections.go"},
				},
				{
					Title: "The latency to expect",
					Why:   "A mean forgets how bad it just was; a peak that decays does not.",
					Role:  Deep,
					Files: []string{"balancer/peak_ewma.go", "balancer/coarse_clock.go"},
				},
				{
					Title: "The better of two",
					Why:   "When everyone takes the best instance, it is the worst a moment later.",
					Role:  Deep,
					Files: []string{"balancer/power_of_two.go"},
				},
				{
					Title: "A ring of hashes",
					Why:   "A hash modulo the number of instances moves nearly every key when one comes or goes.",
					Role:  Deep,
					Files: []string{"balancer/ring.go"},
				},
				{
					Title: "The same instance for the same key",
					Why:   "An instance that keeps what belongs to a key is of use only if the key comes back.",
					Role:  Deep,
					Files: []string{"balancer/consistent_hash.go", "balancer/names.go", "balancer/*_test.go"},
				},
			},
		}, {
			Title:   "The wire",
			Outcome: "What net/rpc cannot do at the end of stage 01, it can.",
			Budget:  Budget{Deep: 900},
			Steps: []Step{
				{
					Title: "One write for many messages",
					Why:   "net/rpc makes a system call per message, and that, not gob, is what limits it.",
					Role:  Deep,
					Files: []string{"codec/writer.go", "codec/writer_test.go"},
				},
				{
					Title: "Nobody waits for the wire",
					Why:   "A caller must not wait for a peer that does not read, and a server must have written its last answer before it hangs up.",
					Role:  Deep,
					Files: []string{"codec/gob.go", "codec/json.go", "codec/limit.go", "server/conn.go"},
				},
				{
					Title: "A request in progress",
					Why:   "A call may take several attempts, and each needs a reply of its own and word of whether it was sent.",
					Role:  Core,
					Files: []string{"client/pending.go", "client/conn.go", "client/link.go", "client/conn_test.go", "client/deadline_test.go", "client/errors_test.go"},
				},
			},
		}, {
			Title:   "It tries another",
			Outcome: "A call that may be made again is, on another instance and before its deadline.",
			Steps: []Step{
				{
					Title: "A connection per instance",
					Why:   "To dial under a lock stops everyone, and to dial in every call that finds none is a stampede.",
					Role:  Core,
					Files: []string{"client/node.go", "client/dial.go", "client/node_test.go"},
				},
				{
					Title: "A client follows the list",
					Why:   "To look up once is to be wrong later, and to close a connection with its entry is to lose the calls on it.",
					Role:  Core,
					Files: []string{"client/follow.go", "client/options.go"},
				},
				{
					Title: "A client of a service",
					Why:   "It waits for the first list no longer than its caller does, and says at once when there is nobody.",
					Role:  Core,
					Files: []string{"client/client.go", "client/client_test.go", "client/close_test.go", "client/harness_test.go", "client/main_test.go"},
				},
				{
					Title: "An attempt, and a deadline that costs little",
					Why:   "A timer per call costs more than all else that a client adds to it.",
					Role:  Core,
					Files: []string{"client/patience.go", "client/attempt.go"},
				},
				{
					Title: "Another attempt",
					Why:   "What was never sent may be sent elsewhere, and so may what is harmless twice; nothing else.",
					Role:  Core,
					Files: []string{"client/retry.go", "client/retry_test.go", "client/failover_test.go"},
				},
				{
					Title: "A budget for retries",
					Why:   "When every server fails, retries multiply the load on the ones that are left.",
					Role:  Core,
					Files: []string{"client/budget.go"},
				},
				{
					Title: "Ejection",
					Why:   "A server that fails every call is found out by each caller anew, unless the client remembers; if it remembers too well, nobody is left.",
					Role:  Core,
					Files: []string{"client/eject.go", "client/eject_test.go"},
				},
				{
					Title: "What is going on",
					Why:   "Whoever cannot see how old the list is, or who is ejected, has to guess.",
					Role:  Core,
					Files: []string{"client/stats.go", "client/stats_test.go", "client/call.go", "client/broadcast.go", "client/broadcast_test.go", "client/receipts_test.go"},
				},
				{
					Title: "What it costs",
					Why:   "What nobody measures grows until it costs more than what it carries.",
					Role:  Core,
					Files: []string{"client/bench_test.go", "client/bench_servers_test.go"},
				},
				{
					Title: "The commands",
					Why:   "The same story from the command line: any balancer, and the client's statistics beside its load.",
					Role:  Given,
					Files: []string{
						"cmd/arith-client/target.go", "cmd/arith-client/load.go",
						"cmd/arith-server/entry.go", "cmd/arith-client/args_test.go", "cmd/arith-client/registry_test.go",
					},
				},
				{
					Title: "What this stage cannot do",
					Why:   "The last list serves on, but nobody can tell the client that a server has moved. A test proves it, and the next stage begins there.",
					Role:  Core,
					Files: []string{"limits_test.go"},
				},
			},
		}},
	}
}
