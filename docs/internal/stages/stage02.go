package stages

func stage02() Stage {
	return Stage{
		Number:     2,
		Dir:        "stage02-registry",
		Idea:       "a name instead of an address",
		Limit:      "a dead server stays listed, and the calls go to it",
		Lesson:     "The registry goes on listing a server that never said goodbye, so the client finds the dead address again and again.",
		Offers:     Offers{Registry: true},
		Budget:     Budget{Core: 700},
		MaxDeleted: 11,
		MaxTests:   3094,
		Parts: []Part{{
			Title:   "a name instead of an address",
			Outcome: "A client finds a server by its name, and another one when that stops politely.",
			Steps: []Step{
				{
					Title:   "A service is called by its name",
					Why:     "A lookup and a dial for every call cost many times the call itself; a connection that is kept costs them once.",
					Role:    Core,
					HalfDay: true,
					Files:   []string{"client/client.go", "client/call.go", "client/client_test.go"},
					Try: "go build -o bin/ ./cmd/... && (bin/registry & registry=$!; bin/arith-server -listen 127.0.0.1:0 -id s1 & sleep 1; " +
						"bin/arith-client multiply 7 8; kill $! $registry)",
				},
				{
					Title: "A lookup when the connection breaks",
					Why:   "Without one lookup that all callers share, a server's death sends each of a thousand callers to the registry at the same moment.",
					Role:  Core,
					Files: []string{"client/lookup.go", "client/lookup_test.go"},
					Write: []string{"Client.lookup"},
				},
				{
					Title: "Register after listening, deregister before draining",
					Why:   "A server that is listed too early or too long draws calls that fail.",
					Role:  Core,
					Files: []string{
						"cmd/arith-server/main.go", "cmd/arith-server/entry.go",
						"cmd/arith-server/registry_test.go", "cmd/arith-server/deregister_test.go",
					},
					Write: []string{"entry.serve"},
				},
				{
					Title: "What is registered",
					Why:   "A registry that keeps one entry per service loses the second instance: every instance needs an id of its own.",
					Role:  Core,
					Files: []string{"registry/instance.go", "registry/errors.go", "registry/instance_test.go"},
				},
				{
					Title:   "A store in one process",
					Why:     "Requests come at the same time: a map without a lock crashes the registry, and one without a limit fills its memory.",
					Role:    Core,
					HalfDay: true,
					Files:   []string{"registry/store.go", "registry/store_options.go", "registry/store_test.go"},
					Write:   []string{"Store.Put", "Store.Delete"},
				},
				{
					Title: "The list",
					Why:   "A caller who is handed the store's own map reads it while another one writes it.",
					Role:  Core,
					Files: []string{"registry/store_list.go", "registry/store_list_test.go"},
					Write: []string{"Store.list"},
				},
				{
					Title: "The store over HTTP",
					Why:   "If a GET could change the list, a crawler, a prefetch or a reload would.",
					Role:  Core,
					Files: []string{"registry/http_handler.go", "registry/http_handler_test.go"},
					Try: "go build -o bin/ ./cmd/... && (bin/registry & sleep 1; " +
						"curl -d name=Arith -d addr=127.0.0.1:1234 localhost:8500/register; curl localhost:8500/services; kill $!)",
				},
				{
					Title: "The registry's client",
					Why:   "http.Get has no time-out: a registry that hangs would hang everybody who looks a name up.",
					Role:  Core,
					Files: []string{"registry/client.go", "registry/client_test.go"},
				},
				{
					Title: "A registration",
					Why:   "A server that does not deregister stays listed after it has stopped, and one that deregisters by id alone takes its successor off the list.",
					Role:  Core,
					Files: []string{"registry/client_registration.go", "registry/client_registration_test.go"},
					Write: []string{"Registration.Deregister"},
				},
				{
					Title: "A retry with full jitter",
					Why:   "Without retries, a server that starts before the registry is never listed; with retries in step, all servers ask at the same moment.",
					Role:  Core,
					Files: []string{"registry/client_retry.go", "registry/client_retry_test.go"},
					Write: []string{"retry"},
				},
				{
					Title:   "The limits: the dead stay listed, and everybody is trusted",
					Why:     "A registration says that a server was there, not that it is: a server that dies is listed for ever. The next stage begins here.",
					Role:    Core,
					HalfDay: true,
					Files:   []string{"limits_test.go"},
					Try:     "go test -v -run 'DeadServerStaysListed|EverybodyIsTrusted' .",
				},
				{
					Title: "A server that does not wait for ever",
					Why:   "A peer that sends its header a byte a minute, or never reads, keeps a connection and a goroutine for as long as it likes.",
					Role:  Deep,
					Files: []string{"registry/http_serve.go", "registry/http_serve_test.go"},
				},
				{
					Title: "A page that calls itself localhost",
					Why:   "A page of another site may give its own name the address 127.0.0.1 and then read the list, and change it, as if it were the registry's own.",
					Role:  Deep,
					Files: []string{"registry/http_host.go", "registry/http_host_test.go"},
				},
				{
					Title: "A redirect is not followed anywhere",
					Why:   "Without it, whoever answers at the registry's address sends registrations on to any host, and a 301 turns each of them into a GET for ever.",
					Role:  Deep,
					Files: []string{"registry/client_redirect.go", "registry/client_redirect_test.go"},
				},
				{
					Title: "Bounds that fit one another",
					Why:   "A registry that counts instances and not bytes accepts lists that its own client refuses to read.",
					Role:  Deep,
					Files: []string{"registry/store_bounds.go", "registry/store_bounds_test.go"},
				},
				{
					Title: "A list is written as it is read",
					Why:   "A response that is made in memory first is there once for each reader, and for as long as the reader is slow.",
					Role:  Deep,
					Files: []string{"registry/http_list.go", "registry/http_list_test.go"},
				},
				{
					Title: "Reading a request",
					Why:   "Without bounds and the name of the bad field, one request fills the memory, and a typing error is a riddle.",
					Role:  Given,
					Files: []string{"registry/http_decode.go", "registry/http_decode_test.go", "registry/http_fuzz_test.go"},
				},
				{
					Title: "The URL of a registry",
					Why:   "Without it, a forgotten http:// is a riddle of net/url, and a mistyped URL is echoed with its password.",
					Role:  Given,
					Files: []string{"registry/client_url.go"},
				},
				{
					Title: "What the router refuses",
					Why:   "net/http refuses in plain text: a client that reads JSON would have to guess what was wrong.",
					Role:  Given,
					Files: []string{"registry/http_guard.go"},
				},
				{
					Title: "Each key once",
					Why:   "Of two equal keys one program takes the first and another the last: a proxy that checks the address may pass on another one.",
					Role:  Given,
					Files: []string{"registry/http_json_keys.go"},
				},
				{
					Title: "Checking an instance",
					Why:   "A name with a slash or a space breaks URLs and log lines, and an address that nobody can call draws calls that fail.",
					Role:  Given,
					Files: []string{"registry/validate.go", "registry/validate_test.go"},
				},
				{
					Title: "One request and its response",
					Why:   "A body that is not read to its end costs a connection, and one without a bound costs the memory.",
					Role:  Given,
					Files: []string{"registry/http_respond.go", "registry/client_exchange.go", "registry/client_exchange_test.go"},
				},
				{
					Title: "The commands",
					Why:   "Without a registry process and a -registry flag on both sides, the name could be looked up in tests alone.",
					Role:  Given,
					Files: []string{
						"cmd/registry/",
						"cmd/arith-server/args_test.go", "cmd/arith-server/store_test.go",
						"cmd/arith-client/target.go", "cmd/arith-client/args_test.go", "cmd/arith-client/registry_test.go", "cmd/arith-client/store_test.go",
					},
				},
				{
					Title: "What the tests share",
					Why:   "Without a whole site in virtual time, a limit that takes an hour to see would take an hour to test.",
					Role:  Given,
					Files: []string{
						"site_test.go",
						"client/directory_test.go", "client/store_test.go", "client/client_bench_test.go",
						"registry/main_test.go", "registry/harness_test.go", "registry/network_test.go", "registry/observe_test.go", "registry/faults_test.go",
						"registry/bench_test.go", "registry/example_test.go",
					},
				},
			},
		}},
		GoneTests: []GoneTest{
			{"TestAClientKnowsOneAddress", "TestAServerThatMovedIsFoundByItsName", "a client knows a name now, so the limit has become its opposite"},
		},
	}
}
