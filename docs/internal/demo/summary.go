package demo

import (
	"fmt"
	"strings"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/term"
)

// ended prints what the run comes to.
func (v *view) ended(c *cluster.Cluster, run *measure.Run, result measure.Result) {
	fmt.Fprintf(v, "\n%s\n", v.Bold(fmt.Sprintf("Stage %d: %s", v.stage.Number, v.stage.Idea)))
	v.row("calls sent", fmt.Sprint(result.Sent))
	v.row("calls failed", v.failed(result))
	v.row("calls answered", answered(c, run))
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
	if v.stage.Lesson != "" {
		fmt.Fprintf(v, "\n%s\n", term.Wrap(v.stage.Lesson, term.Width))
	}
}

func (v *view) row(what, value string) { fmt.Fprintf(v, "  %-26s %s\n", what, value) }

func (v *view) failed(result measure.Result) string {
	if result.Failed == 0 || result.Sent == 0 {
		return v.Green(fmt.Sprint(result.Failed))
	}
	share := 100 * float64(result.Failed) / float64(result.Sent)
	return v.Red(fmt.Sprintf("%d (%.1f %%)", result.Failed, share))
}

// answered says how many calls each server answered.
func answered(c *cluster.Cluster, run *measure.Run) string {
	counts := run.Answered()
	var parts []string
	for _, s := range c.Servers() {
		parts = append(parts, fmt.Sprintf("%d by %s", counts[s.Addr], s.Name))
	}
	return strings.Join(parts, ", ")
}
