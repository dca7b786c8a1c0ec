package stages

func stage01() Stage {
	return Stage{
		Number:   1,
		Dir:      "stage01-rpc",
		Idea:     "one server, one client, one address",
		Limit:    "the server dies, and every call fails from then on",
		Lesson:   "The client knows one address: when that server dies, two healthy ones beside it do not help, and every call fails.",
		Budget:   Budget{Core: 420, Deep: 100, Given: 800},
		MaxTests: 4073,
		Parts: []Part{{
			Title:   "one server, one client, one address",
			Outcome: "A program calls a method of another one, with a deadline, and the other one stops without losing a call.",
			Steps: []Step{
				{
					Title: "A service",
					Why:   "Methods of one shape, and a type with such methods, are all that net/rpc needs to serve them.",
					Role:  Core,
					Files: []string{"arith/"},
				},
				{
					Title: "Messages on the wire",
					Why:   "A value that gob cannot encode, met in the middle of a message, breaks the connection for everyone on it. So it is checked before.",
					Role:  Deep,
					Files: []string{"codec/gob.go", "codec/encodable.go", "codec/*_test.go"},
				},
				{
					Title: "A message has a size",
					Why:   "gob makes room for what a peer announces before it has sent it, and JSON leaves a caller waiting whose answer it cannot encode.",
					Role:  Deep,
					Files: []string{"codec/limit.go", "codec/json.go"},
				},
				{
					Title: "A connection",
					Why:   "Nobody can stop in order who does not know which requests are in progress.",
					Role:  Core,
					Files: []string{"server/conn.go"},
				},
				{
					Title: "Workers that serve it",
					Why:   "A panic in a method must not end the process, and one peer must not start calls without limit.",
					Role:  Core,
					Files: []string{"server/worker.go"},
				},
				{
					Title: "A server",
					Why:   "A name that is taken, or a type without a method to serve, is an error to show and not a log line to miss.",
					Role:  Core,
					Files: []string{"server/server.go"},
				},
				{
					Title: "A server listens",
					Why:   "The same methods are served on TCP, over HTTP, and as JSON-RPC for callers in other languages.",
					Role:  Core,
					Files: []string{"server/serve.go"},
				},
				{
					Title: "A server stops",
					Why:   "net/rpc has no shutdown: a server that just ends loses the calls that it has accepted.",
					Role:  Core,
					Files: []string{"server/shutdown.go", "server/*_test.go"},
				},
				{
					Title: "A connection is made",
					Why:   "A dial without a deadline waits as long as the network likes.",
					Role:  Core,
					Files: []string{"client/dial.go", "client/errors.go"},
				},
				{
					Title: "A call with a deadline that holds",
					Why:   "net/rpc knows no deadline, blocks when the peer does not read, and writes a late reply into a variable that its caller has given up.",
					Role:  Core,
					Files: []string{"client/conn.go", "client/call.go"},
				},
				{
					Title: "What net/rpc does not tell",
					Why:   "Whether a request was sent decides whether it may be sent again.",
					Role:  Core,
					Files: []string{"client/link.go"},
				},
				{
					Title: "One message to many hosts",
					Why:   "A host that is left out of the answer looks as if all was well.",
					Role:  Core,
					Files: []string{"client/broadcast.go", "client/*_test.go"},
				},
				{
					Title: "A steady load",
					Why:   "A load that waits for answers slows down with the server that it measures, and hides what its callers feel.",
					Role:  Given,
					Files: []string{"load/load.go", "load/kind.go"},
				},
				{
					Title: "What the callers saw",
					Why:   "A number per second shows when calls began to fail and when they stopped; an average hides both.",
					Role:  Given,
					Files: []string{"load/report.go", "load/*_test.go"},
				},
				{
					Title: "The server's command",
					Why:   "Bad input is one clear line, and a signal to stop is an orderly end.",
					Role:  Given,
					Files: []string{"internal/cli/", "cmd/arith-server/"},
				},
				{
					Title: "The client's command",
					Why:   "A call from the command line shows what the service does before any code is written.",
					Role:  Given,
					Files: []string{"cmd/arith-client/main.go", "cmd/arith-client/target.go"},
				},
				{
					Title: "What the client's command can do",
					Why:   "One call, one message to many, and a steady load are three questions to the same service.",
					Role:  Given,
					Files: []string{"cmd/arith-client/operation.go", "cmd/arith-client/broadcast.go"},
				},
				{
					Title: "The load from the command line",
					Why:   "A load in a process of its own sees what a real caller sees.",
					Role:  Given,
					Files: []string{"cmd/arith-client/load.go", "cmd/arith-client/*_test.go"},
				},
				{
					Title: "A network in memory",
					Why:   "Tests of time-outs run in virtual time, which a real socket knows nothing of.",
					Role:  Given,
					Files: []string{"internal/memnet/"},
				},
				{
					Title: "What this stage cannot do",
					Why:   "Whoever knows one address can reach one server. A test proves it, and the next stage begins there.",
					Role:  Core,
					Files: []string{"limits_test.go"},
				},
			},
		}},
	}
}
