package breaks

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// event is a line of go test -json (go doc test2json).
type event struct{ Action, Package, Test, Output string }

// collector makes a Result of events.
type collector struct {
	result  Result
	output  map[testName][]string
	running []testName // the tests that have begun and not ended, without subtests
	failed  func()     // is called when a test has failed
}

type testName struct{ pkg, name string }

// collect reads the lines of go test -json to their end. It calls failed whenever
// a test has failed.
func collect(from io.Reader, failed func()) Result {
	c := collector{output: make(map[testName][]string), failed: failed}
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		var e event
		switch {
		case line == "":
		case json.Unmarshal([]byte(line), &e) == nil:
			c.add(e)
		default:
			c.result.Output = append(c.result.Output, strings.TrimSpace(line))
		}
		if err != nil {
			return c.result
		}
	}
}

func (c *collector) add(e event) {
	name, _, sub := strings.Cut(e.Test, "/")
	test := testName{e.Package, name}
	switch e.Action {
	case "build-output":
		c.result.Build = append(c.result.Build, strings.TrimRight(e.Output, "\n"))
	case "output":
		c.result.TimedOut = c.result.TimedOut || strings.HasPrefix(e.Output, "panic: test timed out after")
		c.result.Detector = c.result.Detector || strings.Contains(e.Output, "ThreadSanitizer: CHECK failed")
		c.output[test] = append(c.output[test], strings.TrimRight(e.Output, "\n"))
	case "run":
		if !sub {
			c.running = append(c.running, test)
		}
	case "pass", "skip", "fail":
		if !sub {
			c.end(test, e.Action)
		}
	}
}

// end ends a test, or a package if the name is empty. The tests that were running when a
// package failed are the ones that ended its process.
func (c *collector) end(test testName, how string) {
	if test.name == "" {
		for _, t := range slices.Clone(c.running) {
			if t.pkg == test.pkg && how == "fail" {
				c.output[t] = append(c.output[t], c.output[test]...)
				c.end(t, how)
			}
		}
		return
	}
	c.running = slices.DeleteFunc(c.running, func(t testName) bool { return t == test })
	switch how {
	case "pass":
		c.result.Passed++
	case "fail":
		c.result.Failed = append(c.result.Failed, Test{Package: test.pkg, Name: test.name, Output: c.output[test]})
		c.failed()
	}
}
