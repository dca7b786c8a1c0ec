package stages

func stage04() Stage {
	return Stage{
		Number:     4,
		Dir:        "stage04-balancing",
		Idea:       "the client chooses",
		Limit:      "the registry's machine dies, and a server that moves is never found again",
		Lesson:     "The client knows every server and tries another when one does not answer, so its callers need not notice. It even goes on without a registry, but only with the servers that it knows.",
		Offers:     Offers{Registry: true, Lease: true, Failover: true},
		Gone:       gone04(),
		GoneTests:  goneTests04(),
		Budget:     Budget{Core: 1258, Deep: 3830},
		MaxDeleted: 226,
		MaxTests:   11817,
		MaxNoise:   5,
		Parts:      []Part{follows04(), chooses04(), tries04(), wire04()},
	}
}

func follows04() Part {
	return Part{
		Title:   "It follows the list",
		Outcome: "You can say how a client learns of a change at once, what it does while the registry is away, and in which state each of its connections is.",
		Steps: []Step{
			{
				Title:   "A client of a service",
				Why:     "A client that knows one instance at a time fails with it, though others are listed. And a call that waits for a list must wait no longer than its caller.",
				Role:    Core,
				HalfDay: true,
				Files:   []string{"client/client.go", "client/options.go", "client/call.go", "client/client_test.go"},
				Try:     "go test -v -run TestNoCallFailsWhenAServerDies .",
			},
			{
				Title:   "What a client needs of a registry",
				Why:     "A client that calls an HTTP API itself must be written anew for the next registry. One that is told additions and removals is wrong from the first that it misses.",
				Role:    Core,
				HalfDay: true,
				Files:   []string{"registry/discovery.go", "registry/example_watch_test.go"},
			},
			{
				Title:   "A client follows the list",
				Why:     "Without it, an instance that leaves takes the calls on its connection along, and each change of the list costs connections that were well.",
				Role:    Core,
				HalfDay: true,
				Files:   []string{"client/follow.go", "client/follow_test.go"},
				Write:   []string{"Client.apply"},
			},
			{
				Title: "Who takes calls",
				Why:   "If each call looks under a lock at who may be called, callers wait for one another. If nobody may be, a call that is not told of the next change fails too early or too late.",
				Role:  Core,
				Files: []string{"client/view.go", "client/view_test.go"},
			},
			{
				Title: "A connection per instance",
				Why:   "A connection that is closed together with its entry loses the calls on it, and a dial under a lock makes everybody wait for a host that does not answer.",
				Role:  Core,
				Files: []string{"client/node.go", "client/node_test.go"},
			},
			{
				Title: "The states of a connection",
				Why:   "Without the state of transient failure each call dials the dead instances again: with 300 dead of 1,000 that is 300 dials for each call.",
				Role:  Core,
				Files: []string{"client/conn_state.go", "client/conn_state_test.go"},
				Try:   "go test -v -run TestTheStatesAreSeenAsTheyChange ./client",
			},
			{
				Title:   "A watcher",
				Why:     "Without the revision of the list, a change between the list and the watch is never seen. Without a limit, a registry that answers at once is asked without a pause.",
				Role:    Core,
				HalfDay: true,
				Files: []string{
					"registry/client_watch.go", "registry/client.go",
					"registry/client_watch_test.go", "registry/client_watch_outage_test.go",
				},
				Write: []string{"watcher.poll"},
			},
			{
				Title:   "A long poll",
				Why:     "A client that asks once a second learns of a death up to a second late, and nearly every answer tells it nothing new.",
				Role:    Core,
				HalfDay: true,
				Files: []string{
					"registry/http_poll.go", "registry/http_handler.go", "registry/http_serve.go",
					"registry/http_poll_test.go", "registry/http_handler_test.go", "registry/http_fuzz_test.go", "cmd/registry/serve_test.go",
				},
				Write: []string{"Store.await"},
				Try:   "go test -v -run TestAPollEndsWithTheNextChangeOfItsServiceAlone ./registry",
			},
			{
				Title: "A revision",
				Why:   "Without a number for each state, the only way to learn of a change is to fetch everything and compare.",
				Role:  Core,
				Files: []string{"registry/store_revision.go", "registry/store.go", "registry/store_revision_test.go"},
			},
			{
				Title: "A service that is not there yet",
				Why:   "If all who wait for services without instances wait for one and the same change, each new service wakes them all: with 9,000 of them the one that it is for hears of it 65 ms late.",
				Role:  Deep,
				Files: []string{"registry/store_absent.go", "registry/store_absent_test.go"},
				Try:   "go test -run '^$' -bench NewService ./registry",
			},
			{
				Title: "A server says goodbye",
				Why:   "Between the moment when a server leaves the list and the one when its clients hear of it, they go on calling it.",
				Role:  Core,
				Files: []string{"cmd/arith-server/entry.go", "cmd/arith-server/deregister_test.go"},
			},
			{
				Title: "A registration that can be changed",
				Why:   "A server that can only come and go cannot ask for fewer calls, or for none before it leaves.",
				Role:  Deep,
				Files: []string{
					"registry/client_registration.go", "registry/client_heartbeat.go", "registry/client_update.go",
					"registry/client_update_test.go", "registry/example_test.go",
				},
			},
			{
				Title: "A client that is closed at any time",
				Why:   "A client that is closed while it dials or waits for a list leaves goroutines and connections behind, unless it ends them and waits until they have ended.",
				Role:  Deep,
				Files: []string{"client/close.go", "client/close_test.go"},
			},
			{
				Title: "Many changes are one",
				Why:   "Without it, 300 instances that die at once cost 300 updates of the balancer.",
				Role:  Deep,
				Files: []string{"client/coalesce.go", "client/coalesce_test.go"},
			},
			{
				Title: "A lock that is held for short",
				Why:   "With 50,000 instances a new list takes a second to become a view. If all of that happens under the client's lock, whoever needs that waits as long.",
				Role:  Deep,
				Files: []string{"client/replace.go", "client/replace_test.go", "client/bench_list_test.go"},
				Try:   "go test -run '^$' -bench AllChange ./client",
			},
			{
				Title: "Another process at the same address",
				Why:   "Without it, a server that was restarted waits for a backoff and an ejection that its predecessor has earned.",
				Role:  Deep,
				Files: []string{"client/anew.go", "client/anew_test.go"},
			},
			{
				Title: "A limit for polls",
				Why:   "Without it, a registry that answers every poll at once, by a fault of its own or of a proxy, is asked as fast as the network can carry it.",
				Role:  Deep,
				Files: []string{"registry/client_limiter.go", "registry/client_limiter_test.go"},
			},
			{
				Title: "What one peer may register",
				Why:   "Without it, one stranger fills the registry within seconds, and nobody else can register, or be sure that what has left stays away.",
				Role:  Deep,
				Files: []string{"registry/store_peers.go", "registry/http_decode.go", "registry/store_peers_test.go"},
			},
			{
				Title: "Long polls leave room",
				Why:   "A long poll holds a connection for minutes. Without a bound, those who wait leave no descriptor for those who register.",
				Role:  Deep,
				Files: []string{
					"registry/http_poll_limit.go", "registry/http_conns.go", "registry/client_watch_later.go",
					"registry/http_poll_limit_test.go", "registry/http_poll_conns_unix_test.go", "registry/http_poll_end_test.go", "registry/export_polls_test.go",
				},
			},
			{
				Title: "What a change costs",
				Why:   "One change is told to every client that watches, and each reads the whole list: 10,000 entries took 53 ms in two passes, and take 22 in one. Nobody sees that unless it is measured.",
				Role:  Deep,
				Files: []string{"registry/client_exchange.go", "registry/client_exchange_test.go", "registry/http_list.go", "registry/http_list_test.go", "registry/bench_watch_test.go"},
				Try:   "go test -run '^$' -bench 'Propagation|Change|ReadList' ./registry",
			},
			{
				Title: "Who vanishes without a goodbye is held",
				Why:   "A registry that cannot reach the servers empties the list, and a client that believes it hangs up on servers that are well.",
				Role:  Deep,
				Files: []string{"registry/hold.go", "registry/hold_test.go", "registry/hold_end_test.go"},
				Write: []string{"holdWatcher.update"},
			},
			{
				Title: "The client keeps whom it is connected to",
				Why:   "A list cannot tell a dead server from one that is cut off from the registry. A connection can.",
				Role:  Deep,
				Files: []string{"client/held.go", "client/held_test.go", "hold_cutoff_test.go", "hold_death_test.go", "hold_leaving_test.go", "hold_time_test.go"},
				Write: []string{"Client.heldCandidates"},
				Try:   "go test -v -run 'CutOff|Held' .",
			},
			{
				Title: "Reading a list",
				Why:   "One malformed entry must not hide the good ones.",
				Role:  Given,
				Files: []string{"registry/client_list_response.go", "registry/client_list_response_test.go", "registry/client_stage_test.go", "registry/http_poll_query.go", "registry/http_poll_query_test.go"},
			},
			{
				Title: "A registry in memory",
				Why:   "A test, or a program that is all in one process, needs no HTTP to discover.",
				Role:  Given,
				Files: []string{"registry/memory.go", "registry/memory_test.go"},
			},
			{
				Title: "One suite for every registry",
				Why:   "An interface says what can be called. What must then be true is said by a test that each implementation runs.",
				Role:  Given,
				Files: []string{"registry/registrytest/", "registry/conformance_test.go", "registry/host_test.go", "registry/harness_watch_test.go"},
			},
			{
				Title: "What the tests stand on",
				Why:   "Servers, clients and a registry on one network in memory let a test of an outage fit on a screen.",
				Role:  Given,
				Files: []string{
					"site_test.go", "caller_test.go",
					"client/harness_test.go", "client/harness_net_test.go", "client/harness_work_test.go", "client/harness_balancer_test.go",
					"client/harness_fleet_test.go", "client/harness_outage_test.go", "client/harness_cut_test.go", "client/nodes_test.go", "client/main_test.go", "client/export_test.go",
				},
			},
		},
	}
}

func chooses04() Part {
	return Part{
		Title:   "It chooses",
		Outcome: "You can say which balancer fits which servers, and what each of them does with one that is slow, frozen, or quick to fail.",
		Steps: []Step{
			{
				Title:   "A balancer",
				Why:     "If what is known of an instance does not survive an update of the list, each update begins the choice anew. If the end of a call is not told, the instance looks busy for ever.",
				Role:    Core,
				HalfDay: true,
				Files: []string{
					"balancer/balancer.go", "balancer/nodes.go",
					"balancer/balancer_test.go", "balancer/nodes_test.go", "balancer/example_test.go",
				},
				Write: []string{"nodes.update"},
			},
			{
				Title:   "In turn, or at random",
				Why:     "Without a choice one server does all the work. These two spread the calls evenly, and do not see how long a call takes.",
				Role:    Core,
				HalfDay: true,
				Files:   []string{"balancer/round_robin.go", "balancer/round_robin_test.go", "balancer/random.go", "balancer/random_test.go"},
				Write:   []string{"RoundRobin.Pick"},
				Try:     "go test -v -run 'RoundRobin|Random' ./balancer",
			},
			{
				Title: "By weight, smoothly",
				Why:   "Weights that are served in blocks send the heaviest instance its calls in bursts.",
				Role:  Deep,
				Files: []string{"balancer/weighted_round_robin.go", "balancer/weighted_round_robin_test.go"},
				Write: []string{"smoothNext"},
			},
			{
				Title: "The fewest calls in flight",
				Why:   "Without a count of the calls in flight, a slow instance gets as many as a quick one. Without a penalty for failures, one that fails at once looks idle and gets nearly all; so does one whose method returns an error at once.",
				Role:  Deep,
				Files: []string{"balancer/least_connections.go", "balancer/usual.go", "balancer/least_connections_test.go", "balancer/usual_test.go"},
				Write: []string{"leastBusy"},
			},
			{
				Title: "The latency to expect",
				Why:   "A mean over all calls shows only late that an instance has become slow.",
				Role:  Deep,
				Files: []string{"balancer/peak_ewma.go", "balancer/peak_ewma_test.go"},
			},
			{
				Title: "The better of two",
				Why:   "When all clients take the best instance, it is the worst a moment later.",
				Role:  Deep,
				Files: []string{"balancer/power_of_two.go", "balancer/power_of_two_test.go"},
				Write: []string{"two", "cheaper"},
			},
			{
				Title: "A ring of hashes",
				Why:   "A hash modulo the number of instances moves nearly every key when one comes or goes.",
				Role:  Deep,
				Files: []string{"balancer/ring.go", "balancer/ring_test.go"},
				Write: []string{"ring.find"},
			},
			{
				Title: "A ring that changes in parts",
				Why:   "To make all points of 1,000 instances and sort them takes 27 ms, for each instance that comes or goes, under the lock of the client.",
				Role:  Deep,
				Files: []string{"balancer/ring_update.go", "balancer/ring_update_test.go"},
				Try:   "go test -run '^$' -bench Ring ./balancer",
			},
			{
				Title: "The same instance for the same key",
				Why:   "What an instance keeps for a key is of no use when the key's next call goes to another.",
				Role:  Deep,
				Files: []string{"balancer/consistent_hash.go", "balancer/consistent_hash_test.go", "balancer/bench_test.go"},
				Try:   "go test -run '^$' -bench Pick ./balancer",
			},
			{
				Title: "Balancers by name",
				Why:   "A command's flag names a balancer, and one test puts them all through the same changes.",
				Role:  Given,
				Files: []string{"balancer/names.go", "balancer/names_test.go", "balancer/helper_test.go"},
			},
		},
	}
}

func tries04() Part {
	return Part{
		Title:   "It tries another",
		Outcome: "You can say of any error whether the call may be made again, and where, and what that may cost.",
		Steps: []Step{
			{
				Title:   "Another attempt",
				Why:     "Without it, every call that reaches a dead server fails, though others stand beside it. If everything is sent again, a method that may not run twice does.",
				Role:    Core,
				HalfDay: true,
				Files:   []string{"client/retry.go", "client/retry_test.go", "client/failover_test.go"},
				Write:   []string{"invocation.again"},
			},
			{
				Title: "One attempt",
				Why:   "A frozen server gives no error. Without a time for each attempt, a call to it waits until its deadline, and there is none left for another.",
				Role:  Core,
				Files: []string{"client/attempt.go", "client/attempt_test.go"},
			},
			{
				Title: "What an error means",
				Why:   "If each place judges errors for itself, a call is sent again after an answer, or an instance is blamed for a caller that gave up.",
				Role:  Core,
				Files: []string{"client/classify.go", "client/classify_test.go", "client/errors.go"},
			},
			{
				Title: "A misdirected call",
				Why:   "A program that has taken a dead server's port answers every call with an error, and does so at once. If that passes for the service's answer, calls fail until the lease has run out.",
				Role:  Deep,
				Files: []string{"client/misdirected.go", "client/misdirected_test.go"},
				Write: []string{"misdirected"},
			},
			{
				Title:   "What this stage cannot do",
				Why:     "The last list serves on, but nobody can tell the client that a server has moved. The next stage begins there. Three other limits stay.",
				Role:    Core,
				HalfDay: true,
				Files:   []string{"limits_test.go"},
				Try:     "go test -v -run 'NeverFound|MayNotRunTwice|StartsWhile|DoesNotWork' .",
			},
			{
				Title: "A deadline that costs little",
				Why:   "A new timer for each call costs 64 callers about a tenth of their calls.",
				Role:  Deep,
				Files: []string{"client/deadline_timer.go", "client/deadline_timer_test.go", "client/bench_timers_test.go"},
				Try:   "go test -run '^$' -bench Timers ./client",
			},
			{
				Title: "A budget for retries",
				Why:   "When every server fails, retries multiply the load just when there is least to serve it.",
				Role:  Deep,
				Files: []string{"client/budget.go", "client/budget_test.go"},
				Write: []string{"budget.spend"},
			},
			{
				Title: "Ejection",
				Why:   "Without it, each call finds out anew that a server fails them all. Without a bound on it, a fault elsewhere ejects everybody.",
				Role:  Deep,
				Files: []string{"client/eject.go", "client/eject_test.go", "client/eject_balancers_test.go"},
				Write: []string{"health.add", "tooManyOut"},
			},
			{
				Title: "A sign of life",
				Why:   "A peer that is gone without a word, or has stopped reading, leaves a connection that looks well. Without a question to it, calls go on being lost there for a quarter of an hour.",
				Role:  Deep,
				Files: []string{"client/sign_of_life.go", "client/sign_of_life_test.go"},
				Try:   "go test -v -run 'HalfOpen|SignOfLife' ./client",
			},
			{
				Title: "A race of attempts",
				Why:   "If a late attempt is given up for another, a method that takes two thirds of its callers' time fails them nearly always. If it is not, a server that hangs costs them every call.",
				Role:  Deep,
				Files: []string{"client/hedge.go", "client/hedge_test.go"},
				Try:   "go test -v -run 'Hung|TwoThirds' ./client",
			},
			{
				Title: "Who has answered nobody",
				Why:   "A caller with little patience gives up before an instance has had time. Without a look at all of them together, one that hangs is never ejected.",
				Role:  Deep,
				Files: []string{"client/silence.go", "client/silence_test.go"},
			},
			{
				Title: "What is going on",
				Why:   "Without numbers, nobody sees how old the list is or who is ejected, and has to guess.",
				Role:  Deep,
				Files: []string{"client/stats.go", "client/stats_test.go"},
			},
			{
				Title: "One message to every instance",
				Why:   "A broadcast over a balancer reaches one instance. Over the list it must tell for each what became of the message, the dead ones included.",
				Role:  Deep,
				Files: []string{"client/receipts.go", "client/receipts_test.go"},
			},
			{
				Title: "The commands",
				Why:   "The same story from the command line: any balancer, and the client's view beside its load.",
				Role:  Given,
				Files: []string{
					"cmd/arith-client/main.go", "cmd/arith-client/target.go", "cmd/arith-client/load.go", "cmd/arith-client/stats.go",
					"cmd/arith-client/args_test.go", "cmd/arith-client/registry_test.go", "cmd/arith-client/stats_test.go",
				},
			},
		},
	}
}

func wire04() Part {
	return Part{
		Title:   "The wire",
		Outcome: "You can turn each limit of net/rpc in stage 01 around, one by one, and say why one write for many messages makes it faster than net/rpc.",
		Budget:  Budget{Deep: 1862},
		Steps: []Step{
			{
				Title: "Was it sent?",
				Why:   "net/rpc gives the same error for a request that ran and for one that was never sent. So either nothing may be sent again, or everything must bear to run twice.",
				Role:  Deep,
				Files: []string{"client/link.go", "client/dial.go", "client/link_test.go"},
				Try:   "go test -v -run TestAnErrorTellsWhetherTheRequestWasSent ./client",
			},
			{
				Title: "No caller waits for the peer",
				Why:   "In stage 01 callers take turns to write, and wait while a peer does not read.",
				Role:  Deep,
				Files: []string{"client/conn.go", "client/stream.go", "client/conn_test.go", "client/conn_close_test.go", "client/deadline_test.go", "client/stream_test.go", "client/outcome_test.go"},
			},
			{
				Title: "A method that panics",
				Why:   "net/rpc does not recover: one bad request ends the process, and every other call with it. And it answers half a request as if the method had refused.",
				Role:  Deep,
				Files: []string{"server/request.go", "codec/crashed.go", "server/request_test.go", "cmd/arith-server/faulty_test.go", "client/broadcast_test.go"},
			},
			{
				Title: "Workers that serve a connection",
				Why:   "net/rpc starts a goroutine for each request and keeps what it has read of one for as long as its sender likes. So one peer can take all memory.",
				Role:  Deep,
				Files: []string{
					"server/worker.go", "server/wire.go", "server/serve.go", "server/jsonrpc.go",
					"server/worker_test.go", "server/wire_test.go", "server/fuzz_test.go",
				},
			},
			{
				Title: "What came with the CONNECT",
				Why:   "rpc.Server's own handler loses requests that come in the same packet as the CONNECT.",
				Role:  Deep,
				Files: []string{"server/connect.go", "server/http.go", "server/connect_test.go"},
			},
			{
				Title: "Checked before the first byte",
				Why:   "gob finds a value that it cannot encode in the middle of a message, and half a message ends the connection for everybody on it.",
				Role:  Deep,
				Files: []string{"codec/gob.go", "codec/encodable.go", "codec/gob_test.go", "codec/encodable_test.go"},
			},
			{
				Title: "One write for many messages",
				Why:   "net/rpc makes a system call for each message. That, and not gob, is what limits it.",
				Role:  Deep,
				Files: []string{"codec/writer.go", "codec/writer_test.go"},
				Write: []string{"writer.flush"},
			},
			{
				Title: "Buffers that are kept",
				Why:   "A buffer that is given back after each burst grows again in the next one: with messages of 64 KiB and 64 callers that halved the speed. One that is never given back holds megabytes for each idle connection.",
				Role:  Deep,
				Files: []string{"codec/buffers.go", "codec/buffers_test.go"},
			},
			{
				Title: "A caller who is alone",
				Why:   "A goroutine that gathers messages has nothing to gather for a single caller, and on both sides each call waits until it is switched to.",
				Role:  Deep,
				Files: []string{"codec/direct.go", "codec/direct_unix.go", "codec/direct_other.go", "server/direct.go", "codec/direct_test.go", "server/direct_test.go"},
				Try:   "go test -run '^$' -bench AcrossTwoProcesses1Caller ./client",
			},
			{
				Title: "A message has a size",
				Why:   "gob makes room for what a peer announces before it has sent it, be it a request or a reply.",
				Role:  Deep,
				Files: []string{"codec/limit.go", "codec/limit_test.go", "client/large_reply_test.go"},
				Write: []string{"limited.next"},
			},
			{
				Title: "Types are counted",
				Why:   "gob keeps the definition of a type for as long as the connection lasts, in 35 times as many bytes: 60 requests with a mebibyte of types each hold two gigabytes.",
				Role:  Deep,
				Files: []string{"codec/types.go", "codec/types_test.go"},
			},
			{
				Title: "JSON, sent and read",
				Why:   "net/rpc's JSON leaves a caller waiting whose reply it cannot encode, and hangs up on a batch without a word.",
				Role:  Deep,
				Files: []string{"codec/json.go", "codec/json_server.go", "codec/json_test.go"},
			},
			{
				Title: "JSON within the same bounds",
				Why:   "JSON does not say how long a message is, so a reply may have any size.",
				Role:  Deep,
				Files: []string{"codec/capped.go", "codec/capped_test.go"},
			},
			{
				Title: "JSON parameters are whole, or an error",
				Why:   "net/rpc's JSON takes an empty list, null or a misspelt key for zeros, and the answer is a number that nobody asked for.",
				Role:  Deep,
				Files: []string{"codec/json_strict.go", "server/jsonrpc_strict_test.go"},
			},
			{
				Title: "What strangers can have logged",
				Why:   "A peer that is refused costs a line, and 500 a second fill a disk. What a method panics with may be 20 MiB long, and tells a stranger what is none of its business.",
				Role:  Deep,
				Files: []string{"internal/loglimit/loglimit.go", "internal/loglimit/cut.go", "internal/loglimit/loglimit_test.go", "server/cut_test.go"},
			},
			{
				Title: "Connections have a number",
				Why:   "Two hundred silent peers take all the descriptors that a process has, and then nobody else gets in, and the server cannot reach its registry.",
				Role:  Deep,
				Files: []string{
					"server/conns.go", "server/server.go",
					"server/conns_test.go", "server/conns_unix_test.go",
				},
			},
			{
				Title: "Replies that nobody reads",
				Why:   "A hundred replies of 10 MiB that a peer asks for and does not read hold a gigabyte until the write deadline passes.",
				Role:  Deep,
				Files: []string{"server/unread.go", "server/unread_test.go"},
			},
			{
				Title: "Peers that wait",
				Why:   "A peer that sends all of a request but its last byte, or nothing at all, holds memory and a descriptor for as long as it likes.",
				Role:  Deep,
				Files: []string{"server/deadline.go", "codec/began.go", "client/idle.go", "server/deadline_test.go", "client/idle_test.go"},
			},
			{
				Title: "Types within values",
				Why:   "The value of an interface may define types that nobody counts, and 47 bytes of a definition make gob take 10 MiB.",
				Role:  Deep,
				Files: []string{"codec/definition.go", "codec/definition_test.go"},
			},
			{
				Title: "Large requests of many peers",
				Why:   "A codec keeps the room of the largest request of its connection: two thousand peers that send a mebibyte each hold two gigabytes. Three hundred that read none of their replies held five, and three thousand with a thousand calls in progress each six.",
				Role:  Deep,
				Files: []string{"server/held.go", "server/held_test.go"},
			},
			{
				Title: "What it costs",
				Why:   "What nobody measures grows until it costs more than it is worth.",
				Role:  Deep,
				Files: []string{"client/bench_compare_test.go", "client/bench_servers_test.go", "client/bench_fleet_test.go", "client/bench_sizes_test.go"},
				Try:   "go test -run '^$' -bench InOneProcess ./client",
			},
		},
	}
}
