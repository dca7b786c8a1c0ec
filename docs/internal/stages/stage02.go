package stages

func stage02() Stage {
	return Stage{
		Number:   2,
		Dir:      "stage02-registry",
		Idea:     "a name instead of an address",
		Limit:    "a dead server stays listed, and the calls go to it",
		Lesson:   "The registry goes on listing a server that never said goodbye, so the client finds the dead address again and again.",
		Offers:   Offers{Registry: true},
		Budget:   Budget{Core: 700},
		MaxTests: 2687,
		Parts: []Part{{
			Title:   "a name instead of an address",
			Outcome: "A client finds a server by its name, and another one when that stops politely.",
			Steps: []Step{
				{
					Title: "What is registered",
					Why:   "A registry that keeps one entry per service loses the second instance; every instance needs an identity of its own, and bounds.",
					Role:  Core,
					Files: []string{"registry/instance.go"},
				},
				{
					Title: "A store in one process",
					Why:   "A map that several goroutines share needs a lock, and a limit.",
					Role:  Core,
					Files: []string{"registry/store.go", "registry/list.go"},
				},
				{
					Title: "Reading a request",
					Why:   "Whatever comes from the network is capped, checked, and refused with the name of the bad field.",
					Role:  Given,
					Files: []string{"registry/decode.go"},
				},
				{
					Title: "The store over HTTP",
					Why:   "State changes by POST alone, for a crawler follows every GET.",
					Role:  Core,
					Files: []string{"registry/handler.go", "registry/serve.go"},
				},
				{
					Title: "The registry's client",
					Why:   "http.Get has no time-out, and its body must be read and closed.",
					Role:  Core,
					Files: []string{"registry/client.go", "registry/exchange.go"},
				},
				{
					Title: "A registration that insists",
					Why:   "A registry that is down when the server starts must not keep the server from starting.",
					Role:  Core,
					Files: []string{"registry/insist.go", "registry/registration.go", "registry/*_test.go"},
				},
				{
					Title: "The registry's command",
					Why:   "The registry is a process of its own, so that servers and clients can find it.",
					Role:  Given,
					Files: []string{"cmd/registry/"},
				},
				{
					Title: "Register after listening, deregister before draining",
					Why:   "Whoever is listed too early or too long draws calls that fail.",
					Role:  Given,
					Files: []string{
						"cmd/arith-server/entry.go", "cmd/arith-server/main.go", "cmd/arith-server/args_test.go",
						"cmd/arith-server/registry_test.go", "cmd/arith-server/deregister_test.go", "cmd/arith-server/store_test.go",
					},
				},
				{
					Title: "Call by name",
					Why:   "A lookup and a dial for every call cost more than the call; a kept connection costs them once.",
					Role:  Core,
					Files: []string{
						"client/client.go", "client/client_test.go", "client/client_bench_test.go", "client/directory_test.go", "client/store_test.go",
						"cmd/arith-client/target.go", "cmd/arith-client/args_test.go", "cmd/arith-client/registry_test.go", "cmd/arith-client/store_test.go",
					},
				},
				{
					Title: "What this stage cannot do",
					Why:   "A registration says that a server was there, not that it is. A test proves it, and the next stage begins there.",
					Role:  Core,
					Files: []string{"limits_test.go"},
				},
			},
		}},
	}
}
