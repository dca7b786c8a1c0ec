package load

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Report is one second of the load, or the total, in the form of its JSON. A call counts
// as sent in the second in which it started, and as ok or failed in the second in which
// it ended. A call failed if its caller got an error; an attempt that was retried with
// success does not count.
type Report struct {
	Second  int     `json:"second,omitempty"`  // from 1
	Total   bool    `json:"total,omitempty"`   // the last report of all
	Seconds float64 `json:"seconds,omitempty"` // in the total: how long it took, rounded up to milliseconds

	Sent    int            `json:"sent"`
	OK      int            `json:"ok"`
	Failed  int            `json:"failed"`
	Retried int            `json:"retried"` // attempts beyond the first of each call
	P50     float64        `json:"p50_ms"`  // latency of the calls that were ok,
	P99     float64        `json:"p99_ms"`  // in milliseconds
	Servers map[string]int `json:"servers"` // calls that were ok, by server
	Errors  map[string]int `json:"errors"`  // calls that failed, by kind
}

// String returns the report as one line of text.
func (r Report) String() string {
	var b strings.Builder
	when := fmt.Sprintf("%3d s", r.Second)
	if r.Total {
		when = "total"
	}
	fmt.Fprintf(&b, "%s  sent %5d  ok %5d  failed %5d  retried %4d", when, r.Sent, r.OK, r.Failed, r.Retried)
	if r.OK > 0 { // otherwise there is no latency to report
		fmt.Fprintf(&b, "  p50 %7.2f ms  p99 %7.2f ms", r.P50, r.P99)
	}
	for _, counts := range []map[string]int{r.Servers, r.Errors} {
		for _, name := range slices.Sorted(maps.Keys(counts)) {
			if counts[name] > 0 {
				fmt.Fprintf(&b, "  %s %d", name, counts[name])
			}
		}
	}
	return b.String()
}

// tally counts what a report says.
type tally struct {
	sent, ok, failed, retried int
	latencies                 []time.Duration
	servers, errors           map[string]int
}

func (t *tally) add(r Result, took time.Duration) {
	t.retried += r.Retries
	if r.Err != nil {
		t.failed++
		count(&t.errors, cmp.Or(r.Kind, kind(r.Err)), 1)
		return
	}
	t.ok++
	t.latencies = append(t.latencies, took)
	count(&t.servers, r.Server, 1)
}

func (t *tally) merge(o *tally) {
	t.sent += o.sent
	t.ok += o.ok
	t.failed += o.failed
	t.retried += o.retried
	t.latencies = append(t.latencies, o.latencies...)
	for name, n := range o.servers {
		count(&t.servers, name, n)
	}
	for name, n := range o.errors {
		count(&t.errors, name, n)
	}
}

func count(m *map[string]int, name string, n int) {
	if *m == nil {
		*m = make(map[string]int)
	}
	(*m)[name] += n
}

func (t *tally) report(second int) Report {
	slices.Sort(t.latencies)
	r := Report{
		Second: second, Sent: t.sent, OK: t.ok, Failed: t.failed, Retried: t.retried,
		P50: percentile(t.latencies, 50), P99: percentile(t.latencies, 99),
		Servers: map[string]int{}, Errors: map[string]int{},
	}
	for _, kind := range kinds {
		r.Errors[kind] = 0
	}
	maps.Copy(r.Servers, t.servers)
	maps.Copy(r.Errors, t.errors)
	return r
}

func (t *tally) total(took time.Duration) Report {
	r := t.report(0)
	r.Total, r.Seconds = true, (took + time.Millisecond - 1).Truncate(time.Millisecond).Seconds()
	return r
}

// percentile returns the nearest-rank percentile of sorted, in milliseconds.
func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*p + 99) / 100
	return math.Round(float64(sorted[rank-1])/float64(time.Microsecond)) / 1000
}
