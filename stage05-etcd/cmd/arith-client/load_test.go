package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/load"
)

// parseLoad parses what a load with -json has printed, whose every line has
// the documented keys, and checks that the seconds add up to the total.
func parseLoad(t *testing.T, stdout string) (seconds []load.Report, total load.Report) {
	t.Helper()
	lines := strings.SplitAfter(strings.TrimSuffix(stdout, "\n"), "\n")
	sent, ok, failed := 0, 0, 0
	for i, line := range lines {
		last := i == len(lines)-1
		var object map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(line), &object), "line %d: %s", i+1, line)
		want := []string{"errors", "failed", "ok", "p50_ms", "p99_ms", "retried", "second", "sent", "servers"}
		if last {
			want = []string{"errors", "failed", "ok", "p50_ms", "p99_ms", "retried", "seconds", "sent", "servers", "total"}
		}
		require.Empty(t, cmp.Diff(slices.Sorted(maps.Keys(object)), want), "line %d", i+1)
		var r load.Report
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		if last {
			total = r
			break
		}
		seconds = append(seconds, r)
		sent, ok, failed = sent+r.Sent, ok+r.OK, failed+r.Failed
	}
	require.Equal(t, []int{sent, ok, failed}, []int{total.Sent, total.OK, total.Failed})
	return seconds, total
}

func TestALoadAsJSON(t *testing.T) {
	t.Parallel()
	addr := serveArith(t)
	got := cmdtest.Start(t, "-addr", addr, "-rate", "50", "-for", "300ms", "-json").Wait()
	require.Zero(t, got.Code, got.Stderr)
	require.Empty(t, got.Stderr)
	seconds, total := parseLoad(t, got.Stdout)
	require.Len(t, seconds, 1)
	require.Equal(t, 1, seconds[0].Second)
	require.Equal(t, []int{15, 15, 0}, []int{total.Sent, total.OK, total.Failed})
	require.Empty(t, cmp.Diff(total.Servers, map[string]int{addr: 15}))
	require.Empty(t, cmp.Diff(total.Errors, map[string]int{"broken": 0, "other": 0, "refused": 0, "timeout": 0, "unreachable": 0}))
	require.Positive(t, total.P50)
	require.GreaterOrEqual(t, total.P99, total.P50)
	require.GreaterOrEqual(t, total.Seconds, 0.3)
}

func TestALoadAsText(t *testing.T) {
	t.Parallel()
	addr := serveArith(t)
	got := cmdtest.Start(t, "-addr", addr, "-rate", "50", "-for", "300ms").Wait()
	require.Zero(t, got.Code, got.Stderr)
	require.Empty(t, got.Stderr)
	counts := `  sent    15  ok    15  failed     0  retried    0  p50 +\d+\.\d\d ms  p99 +\d+\.\d\d ms  ` + regexp.QuoteMeta(addr) + " 15\n"
	require.Regexp(t, "^  1 s"+counts+"total"+counts+"$", got.Stdout)
}

func TestALoadCountsTheCallsThatAPeerNeverAnswers(t *testing.T) {
	t.Parallel()
	addr := listen(t).Addr().String()
	got := cmdtest.Start(t, "-addr", addr, "-rate", "50", "-for", "100ms", "-timeout", "300ms", "-json").Wait()
	require.Zero(t, got.Code, got.Stderr)
	_, total := parseLoad(t, got.Stdout)
	require.Equal(t, []int{5, 0, 5}, []int{total.Sent, total.OK, total.Failed})
	require.Equal(t, 5, total.Errors["timeout"])
	require.Less(t, total.Seconds, 5.0, "the load waits for its calls, and each of them for 300 ms")
}

// Liar is off by one.
type Liar struct{}

// Multiply is wrong.
func (Liar) Multiply(args arith.Args, product *int) error { *product = args.A*args.B + 1; return nil }

func TestALoadCountsAWrongProductAsFailed(t *testing.T) {
	t.Parallel()
	got := cmdtest.Start(t, "-addr", serve(t, "tcp", Liar{}), "-rate", "50", "-for", "100ms", "-json").Wait()
	require.Zero(t, got.Code, got.Stderr)
	_, total := parseLoad(t, got.Stdout)
	require.Equal(t, []int{5, 0, 5}, []int{total.Sent, total.OK, total.Failed})
	require.Equal(t, 5, total.Errors["other"])
}
