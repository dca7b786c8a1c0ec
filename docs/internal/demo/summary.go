package demo

import (
	"fmt"
	"strings"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// ended prints the result of the run.
func (v *view) ended(c *cluster.Cluster, run *measure.Run, result measure.Result) {
	fmt.Fprintf(v, "\n%s\n", v.Bold(fmt.Sprintf("Stage %d: %s", v.stage.Number, v.stage.Idea)))
	v.row("calls sent", fmt.Sprint(result.Sent))
	v.row("calls failed", v.failed(result))
	if v.stage.Offers.Failover {
		v.row("calls tried again", fmt.Sprint(result.Retried))
		v.row("99th percentile", fmt.Sprintf("%.1f ms", result.P99))
	}
	v.row("calls answered", answered(c, run))
	if v.stage.Offers.Failover {
		v.returns(run)
	} else {
		v.recovered(result)
	}
	if v.stage.Lesson != "" && !noticed(v.stage, result) {
		fmt.Fprintf(v, "\n%s\n", term.Wrap(v.stage.Lesson, term.Width))
	}
}

// noticed reports whether callers noticed what the stage promises to hide.
func noticed(stage stages.Stage, result measure.Result) bool {
	return stage.Offers.Failover && (result.Failed > 0 || result.Invalid != "")
}

// recovered describes the run after its one fault.
func (v *view) recovered(result measure.Result) {
	recovery := result.Recovery.String()
	if result.Recovery.Never {
		recovery = v.Red(recovery)
	}
	v.row("from the kill to recovery", recovery)
	switch {
	case !v.stage.Offers.Registry:
	case result.Eviction > 0:
		v.row("from the kill to eviction", measure.Seconds(result.Eviction))
	default:
		v.row("from the kill to eviction", v.Red("never"))
	}
}

// returns describes how soon servers that joined, or went on, got calls.
func (v *view) returns(run *measure.Run) {
	for _, m := range run.All(measure.Joined) {
		v.row(fmt.Sprintf("from %s's start to its share", m.Server), v.within(run.Share(m, measure.FairShare)))
	}
	for _, m := range run.All(measure.Heal) {
		if m.Server != "" {
			v.row(fmt.Sprintf("from %s's thaw to its calls", m.Server), v.within(run.Share(m, 0)))
		}
	}
}

// within is a time that the report's seconds bound from above.
func (v *view) within(took time.Duration, ever bool) string {
	if !ever {
		return v.Red("never")
	}
	return "at most " + measure.Seconds(took)
}

func (v *view) row(what, value string) { fmt.Fprintf(v, "  %-28s %s\n", what, value) }

func (v *view) failed(result measure.Result) string {
	if result.Failed == 0 || result.Sent == 0 {
		return v.Green(fmt.Sprint(result.Failed))
	}
	share := 100 * float64(result.Failed) / float64(result.Sent)
	return v.Red(fmt.Sprintf("%d (%.1f %%)", result.Failed, share))
}

// answered returns how many calls each server answered.
func answered(c *cluster.Cluster, run *measure.Run) string {
	counts := run.Answered()
	var parts []string
	for _, s := range c.Servers() {
		parts = append(parts, fmt.Sprintf("%s %d", s.Name, counts[s.Addr]))
	}
	return strings.Join(parts, ", ")
}
