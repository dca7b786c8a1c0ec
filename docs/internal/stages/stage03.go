package stages

func stage03() Stage {
	return Stage{
		Number:   3,
		Dir:      "stage03-heartbeat",
		Idea:     "a registration is a lease",
		Limit:    "calls fail from a server's death until its lease has run out",
		Lesson:   "The dead server's lease runs out and the client finds another, but every call until then fails, and one server does all the work.",
		Offers:   Offers{Registry: true, Lease: true},
		Budget:   Budget{Core: 290, Deep: 30},
		MaxTests: 1027,
		Parts: []Part{{
			Title:   "a registration is a lease",
			Outcome: "You can say to the second when a dead server leaves the list, and why a heartbeat names its lease.",
			Steps: []Step{
				{
					Title: "A lease",
					Why:   "A server that dies cannot deregister, so being listed must end by itself.",
					Role:  Core,
					Files: []string{
						"registry/lease.go", "registry/store.go", "registry/list.go",
						"registry/lease_test.go", "registry/bench_lease_test.go", "registry/harness_test.go", "registry/example_test.go", "registry/export_test.go",
						"client/store_test.go", "cmd/arith-client/store_test.go", "cmd/arith-server/store_test.go",
					},
				},
				{
					Title: "A sweep",
					Why:   "A registry that was suspended finds every lease run out and, if it believes its own clock, evicts every healthy server at once.",
					Role:  Core,
					Files: []string{"registry/sweep.go", "registry/sweep_test.go"},
				},
				{
					Title: "A heartbeat",
					Why:   "A beat must name its instance and its lease, or one live server keeps the dead ones listed and a late beat brings back one that has left.",
					Role:  Given,
					Files: []string{"registry/decode.go", "registry/handler.go", "cmd/registry/main.go", "cmd/registry/args_test.go", "cmd/registry/lease_flags_test.go", "registry/heartbeat_test.go"},
				},
				{
					Title: "A registration that stays",
					Why:   "A heartbeat loop that ends at its first error loses the server for good, and so does a registry that restarts empty.",
					Role:  Core,
					Files: []string{
						"registry/client.go", "registry/registration.go",
						"cmd/arith-server/entry.go", "cmd/arith-server/main.go", "cmd/arith-server/args_test.go", "cmd/arith-server/lease_flags_test.go",
					},
				},
				{
					Title: "What this stage cannot do",
					Why:   "A lease bounds how long calls fail, and a client with one connection cannot do better. A test proves it, and the next stage begins there.",
					Role:  Core,
					Files: []string{"limits_test.go"},
				},
			},
		}},
	}
}
