package stages

func stage05() Stage {
	return Stage{
		Number:   5,
		Dir:      "stage05-etcd",
		Idea:     "the registry survives its machine",
		Limit:    "without a majority of its machines the registry takes no new registration",
		Lesson:   "Any one machine may die, the registry's included, and meanwhile servers may come and go: no caller notices.",
		Offers:   Offers{Registry: true, Lease: true, Etcd: true, GRPC: true, Failover: true},
		Budget:   Budget{Core: 800},
		MaxTests: 4731,
		MaxNoise: 5,
		Parts: []Part{{
			Title:   "etcd",
			Outcome: "The registry loses any one of its machines, and nobody notices.",
			Steps: []Step{
				{
					Title: "etcd in this process",
					Why:   "A test or a demo that needs an etcd to be installed is not run.",
					Role:  Given,
					Files: []string{"etcd/embedded/embedded.go"},
				},
				{
					Title: "Who may speak to it, and for how long",
					Why:   "A node that anyone may write to hands every caller over to whoever does, and one that waits for its clients before it stops does not stop.",
					Role:  Given,
					Files: []string{"etcd/embedded/secure.go", "etcd/embedded/streams.go"},
				},
				{
					Title: "A cluster for a test",
					Why:   "Only several nodes can lose one, and a test must not wait a second for each election.",
					Role:  Given,
					Files: []string{"etcd/embedded/start.go", "etcd/embedded/*_test.go"},
				},
				{
					Title: "A connection that tells when it is dead",
					Why:   "A path that swallows what is sent closes nothing, and the error says no more than that the deadline has passed.",
					Role:  Core,
					Files: []string{"etcd/lines.go", "etcd/line.go"},
				},
				{
					Title: "A registry on etcd",
					Why:   "A request without a deadline waits for a dead machine for ever.",
					Role:  Core,
					Files: []string{"etcd/registry.go"},
				},
				{
					Title: "How etcd is dialled",
					Why:   "A connection that nobody looks at is found dead after a minute, and an etcd that is away now may come yet.",
					Role:  Core,
					Files: []string{"etcd/dial.go"},
				},
				{
					Title: "Where things are",
					Why:   "A prefix without its last slash matches the neighbours, and a key without the instance in it has room for one.",
					Role:  Core,
					Files: []string{"etcd/key.go", "etcd/insist.go"},
				},
				{
					Title: "Never without a lease",
					Why:   "What is put without a lease stays for ever, and what is put without a look at who holds the id overwrites it.",
					Role:  Core,
					Files: []string{"etcd/put.go"},
				},
				{
					Title: "A registration that ends once",
					Why:   "What is still under way when an instance leaves must not bring it back.",
					Role:  Core,
					Files: []string{"etcd/registration.go"},
				},
				{
					Title: "A registration that comes back",
					Why:   "A lease can be lost in many ways, and a loop over the answers to its beats ends in silence in each of them.",
					Role:  Core,
					Files: []string{"etcd/keep.go"},
				},
				{
					Title: "A list of entries",
					Why:   "What has not changed must not look as if it had.",
					Role:  Core,
					Files: []string{"etcd/list.go"},
				},
				{
					Title: "A list that is read",
					Why:   "One malformed entry must not hide the others, and an etcd that has lost its data must not empty the list.",
					Role:  Core,
					Files: []string{"etcd/read.go"},
				},
				{
					Title: "A watcher",
					Why:   "A reader who is slow must see the latest state, and nothing may pile up behind it.",
					Role:  Core,
					Files: []string{"etcd/watch.go"},
				},
				{
					Title: "A watch that comes back",
					Why:   "A watch can end by compaction, with its leader or with its channel, or go silent, and whoever does not read the list again never learns what was missed.",
					Role:  Core,
					Files: []string{"etcd/follow.go", "etcd/*_test.go"},
				},
			},
		}, {
			Title:   "TLS",
			Outcome: "Both sides know who the other is, and nobody else reads along.",
			Budget:  Budget{Deep: 350},
			Steps: []Step{
				{
					Title: "TLS for both sides",
					Why:   "net/rpc neither encrypts nor asks who is calling.",
					Role:  Deep,
					Files: []string{"mtls/files.go", "mtls/options.go"},
				},
				{
					Title: "A handshake with a deadline, and a clear refusal",
					Why:   "A client that does not speak TLS gets garbage or a reset, and one that says nothing holds a connection for ever.",
					Role:  Deep,
					Files: []string{"mtls/listener.go", "mtls/refuse.go"},
				},
				{
					Title: "The client's side of it",
					Why:   "Whoever is told why it was refused can fix it.",
					Role:  Deep,
					Files: []string{"mtls/dialer.go", "mtls/errors.go", "mtls/*_test.go"},
				},
				{
					Title: "A CA to throw away",
					Why:   "A certificate that is checked in expires, and its key is known to everyone.",
					Role:  Given,
					Files: []string{"mtls/devca/"},
				},
				{
					Title: "Certificates from the command line",
					Why:   "What takes a page of openssl is left out.",
					Role:  Given,
					Files: []string{"cmd/certs/"},
				},
			},
		}, {
			Title:   "gRPC",
			Outcome: "Callers in any language find the same servers through the same registry.",
			Budget:  Budget{Deep: 750},
			Steps: []Step{
				{
					Title: "The service in a language of its own",
					Why:   "gob is Go's alone; a schema lets a caller in any language in.",
					Role:  Deep,
					Files: []string{"grpcarith/arith.proto", "grpcarith/arithpb/", "grpcarith/generate/", "grpcarith/service.go"},
				},
				{
					Title: "A server that says how it is",
					Why:   "Whoever watches a server's health knows that it is leaving before its calls fail.",
					Role:  Deep,
					Files: []string{"grpcarith/server.go"},
				},
				{
					Title: "gRPC asks the same registry",
					Why:   "A resolver that pushes an empty list because its registry is away makes gRPC hang up on servers that are well.",
					Role:  Deep,
					Files: []string{"grpcresolver/resolver.go"},
				},
				{
					Title: "What a channel needs",
					Why:   "By default gRPC uses one of all addresses, and may wait two minutes before it tries one again that has come back.",
					Role:  Deep,
					Files: []string{"grpcresolver/dial.go", "grpcresolver/weight.go", "grpcresolver/*_test.go"},
				},
				{
					Title: "A client over gRPC",
					Why:   "Whatever calls the one client should be able to call the other.",
					Role:  Deep,
					Files: []string{"grpcarith/client.go"},
				},
				{
					Title: "What gRPC does for a client",
					Why:   "It retries only when it is told to, and counts no attempts for anyone.",
					Role:  Deep,
					Files: []string{"grpcarith/config.go", "grpcarith/invoke.go", "grpcarith/attempts.go"},
				},
				{
					Title: "Errors that say the same",
					Why:   "A caller must know whether a call may be sent again, whoever carried it.",
					Role:  Deep,
					Files: []string{"grpcarith/errors.go", "grpcarith/intercept.go", "grpcarith/*_test.go"},
				},
			},
		}, {
			Title:   "The commands",
			Outcome: "One flag chooses the registry.",
			Steps: []Step{
				{
					Title: "Whichever registry a URL names",
					Why:   "Which registry there is should be one word in one flag, and no line in client or balancer.",
					Role:  Given,
					Files: []string{"internal/directory/"},
				},
				{
					Title: "The commands take either registry, and TLS",
					Why:   "Whoever has to rewrite the commands for another registry stays with the old one.",
					Role:  Given,
					Files: []string{
						"cmd/arith-server/entry.go", "cmd/arith-server/main.go", "cmd/arith-server/tls.go",
						"cmd/arith-client/target.go", "cmd/arith-client/broadcast.go", "cmd/arith-client/tls.go",
						"cmd/arith-server/args_test.go", "cmd/arith-server/bad_flags_test.go", "cmd/arith-server/etcd_test.go",
						"cmd/arith-server/etcd_leave_test.go", "cmd/arith-server/tls_test.go",
						"cmd/arith-client/args_test.go", "cmd/arith-client/bad_flags_test.go", "cmd/arith-client/etcd_test.go",
						"cmd/arith-client/tls_test.go",
					},
				},
				{
					Title: "The commands over gRPC",
					Why:   "A server that speaks two protocols leaves the list once, and drains both.",
					Role:  Given,
					Files: []string{
						"cmd/arith-server/grpc.go", "cmd/arith-server/grpc_test.go", "cmd/arith-server/grpc_drain_test.go",
						"cmd/arith-client/grpc.go", "cmd/arith-client/grpc_test.go",
					},
				},
				{
					Title: "A node in a process",
					Why:   "A machine that dies is shown by a process that is killed.",
					Role:  Given,
					Files: []string{"cmd/etcd/main.go", "cmd/etcd/check.go"},
				},
				{
					Title: "Three nodes from one command",
					Why:   "Three terminals for the registry alone are two too many.",
					Role:  Given,
					Files: []string{"cmd/etcd/nodes.go"},
				},
				{
					Title: "Their addresses are part of their data",
					Why:   "A node that starts again looks for the others where it last saw them.",
					Role:  Given,
					Files: []string{"cmd/etcd/peers.go"},
				},
				{
					Title: "No node outlives the command",
					Why:   "A child whose parent was killed keeps its port and its data until someone wonders.",
					Role:  Given,
					Files: []string{"cmd/etcd/process.go", "cmd/etcd/*_test.go"},
				},
				{
					Title: "What this stage cannot do",
					Why:   "Without a majority nothing is written, for nobody can tell a dead machine from a cut cable; and the time of a lease is the leader's.",
					Role:  Core,
					Files: []string{"limits_test.go"},
				},
			},
		}},
	}
}
