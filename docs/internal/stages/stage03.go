package stages

func stage03() Stage {
	return Stage{
		Number:     3,
		Dir:        "stage03-heartbeat",
		Idea:       "a registration is a lease",
		Limit:      "calls fail from a server's death until its lease has run out",
		Lesson:     "The dead server's lease runs out and the client finds another, but every call until then fails, and one server does all the work.",
		Offers:     Offers{Registry: true, Lease: true},
		Budget:     Budget{Core: 263, Deep: 51},
		MaxDeleted: 83,
		MaxTests:   1717,
		Parts: []Part{{
			Title:   "a registration is a lease",
			Outcome: "You can say to the second when a dead server leaves the list, and why a heartbeat names its lease.",
			Steps: []Step{
				{
					Title: "A lease over HTTP",
					Why:   "Without a lease to name, any program that reaches the registry can take an id away with one request.",
					Role:  Core,
					Files: []string{"registry/http_handler.go", "registry/http_handler_test.go"},
					Try: "go build -o bin/ ./cmd/... && (bin/registry & sleep 1; " +
						"curl -d name=Arith -d addr=127.0.0.1:1234 -d lease=mine -d ttl=4s localhost:8500/register; " +
						"curl -d name=Arith -d addr=127.0.0.1:1234 -d lease=other localhost:8500/heartbeat; " +
						"for i in 1 2 3 4 5 6; do curl -s localhost:8500/leases; sleep 1; done; kill $!)",
				},
				{
					Title:   "A lease",
					Why:     "A server that dies cannot deregister: unless its registration ends by itself, it is listed for ever.",
					Role:    Core,
					HalfDay: true,
					Files: []string{
						"registry/store_lease.go", "registry/store.go", "registry/store_list.go",
						"registry/store_lease_test.go", "registry/store_test.go",
					},
					Write: []string{"Store.find", "Store.Beat"},
					Also:  []string{"registry/store_sweep_test.go", "registry/store_lease_rules_test.go"},
				},
				{
					Title:   "A sweep",
					Why:     "An expired lease does not take its instance off the list by itself: something has to look for it.",
					Role:    Core,
					HalfDay: true,
					Files:   []string{"registry/store_sweep.go", "registry/store_sweep_test.go"},
					Write:   []string{"Store.sweep"},
					Also:    []string{"registry/store_sweep_log_test.go", "registry/store_lease_test.go", "registry/store_sweep_rules_test.go"},
				},
				{
					Title: "A heartbeat that goes on",
					Why:   "A loop that ends at its first error loses the server for good when the registry is away for a moment or restarts empty.",
					Role:  Core,
					Files: []string{"registry/client_heartbeat.go", "registry/client_heartbeat_test.go"},
					Write: []string{"Registration.keep", "Registration.beat"},
					Also:  []string{"registry/client_heartbeat_rules_test.go", "registry/client_leaving_test.go"},
				},
				{
					Title: "A registration that stays, and ends",
					Why:   "A heartbeat or a registration that is still under way when the server deregisters brings it back onto the list.",
					Role:  Core,
					Files: []string{
						"registry/client_registration.go", "registry/client.go",
						"registry/client_registration_test.go", "registry/client_leaving_test.go",
					},
				},
				{
					Title:   "The limits: a lease bounds how long calls fail",
					Why:     "A client with one connection cannot do better than the list, and the list is late by a lease. The next stage begins here.",
					Role:    Core,
					HalfDay: true,
					Files:   []string{"limits_test.go"},
					Try:     "go test -v -run 'CallsFail|OneServer|Eviction' .",
				},
				{
					Title: "An id that is taken",
					Why:   "A server that was killed and restarts under its id meets the lease of its dead process. If it retries as after an outage, its requests are in vain, and it is listed up to a whole pause too late.",
					Role:  Deep,
					Files: []string{"registry/client_retry.go", "registry/errors.go", "registry/client_taken_test.go"},
				},
				{
					Title: "Time in which the registry stood still",
					Why:   "A registry that was suspended finds every lease run out and evicts every healthy server at once.",
					Role:  Deep,
					Files: []string{"registry/clock.go", "registry/clock_test.go"},
					Write: []string{"clock.now"},
					Also:  []string{"registry/store_sweep_test.go"},
				},
				{
					Title: "A lease in requests and responses",
					Why:   "Without these fields, a request cannot ask for a lease or name one, and a refusal cannot say how long the other lease still runs.",
					Role:  Given,
					Files: []string{
						"registry/http_decode.go", "registry/http_lease_json.go", "registry/http_leases.go", "registry/http_respond.go", "registry/client_exchange.go",
						"registry/holder.go", "registry/holder_test.go", "registry/http_decode_test.go", "registry/http_lease_json_test.go", "registry/http_leases_test.go", "registry/client_exchange_test.go", "registry/http_guard_test.go",
					},
				},
				{
					Title: "The registry of another stage",
					Why:   "Stage 02's registry knows no lease, and would only say that a field is unknown.",
					Role:  Given,
					Files: []string{"registry/client_stage.go", "registry/client_stage_test.go"},
				},
				{
					Title: "The commands' flags",
					Why:   "Without flags, the intervals of the usual tutorials could not be tried.",
					Role:  Given,
					Files: []string{
						"registry/store_options.go", "cmd/arith-server/entry_flags.go", "cmd/arith-server/main.go", "cmd/arith-server/args_test.go", "cmd/arith-server/lease_flags_test.go",
						"cmd/registry/main.go", "cmd/registry/args_test.go", "cmd/registry/lease_flags_test.go",
					},
				},
				{
					Title: "What holds a function to its comment",
					Why:   "Without these tests, a function that does half of what its comment says passes for solved.",
					Role:  Given,
					Files: []string{"registry/store_lease_rules_test.go", "registry/store_sweep_rules_test.go", "registry/store_sweep_log_test.go", "registry/client_heartbeat_rules_test.go"},
				},
				{
					Title: "What the tests share",
					Why:   "The way to make a store changes from stage to stage: without one place for that, every test would change with it.",
					Role:  Given,
					Files: []string{
						"site_test.go", "registry/harness_test.go", "registry/observe_test.go", "registry/export_test.go", "registry/example_test.go", "registry/bench_lease_test.go",
					},
				},
			},
		}},
		GoneTests: []GoneTest{
			{"TestADeadServerStaysListed", "TestADeadServerIsGoneWhenItsLeaseHasRunOut", "a lease ends by itself, so the limit has become its opposite"},
			{"TestEverybodyIsTrusted", "TestAStrangerChangesNobodysEntry", "a change names the lease, so the limit has become its opposite"},
			{"registry/TestANewcomerReplacesAndTheLogAndTheResponseSayWhom", "registry/TestAnIDThatIsTakenIsAConflictUntilItsLeaseEnds",
				"nobody is replaced while a lease runs; the response says who has the id and for how long"},
			{"registry/TestANewcomerReplacesWhoHasItsID", "registry/TestOnlyWhoNamesARunningLeaseMayReplaceItsInstance", "the lease decides who replaces an instance"},
			{"registry/TestDeleteWithAnAddressRemovesThatAddressAlone", "registry/TestOnlyTheHolderOfALeaseBeatsAndLeaves", "the lease and not the address says whose entry is removed"},
			{"registry/TestDeregisterNeedsOnlyTheIdentity", "registry/TestALeaseOverHTTP", "it needs the lease as well, in the same four forms"},
			{"registry/TestThePoliteStopOfTheOldOneLeavesTheNewcomerListed", "registry/TestARestartedInstanceIsLeftAloneByItsPredecessor", "the old one's lease is not the newcomer's"},
		},
	}
}
