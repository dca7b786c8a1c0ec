package demo

import (
	"fmt"
	"strings"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// view prints the story of a run as it unfolds: a line per second, and a line
// for each thing that happens in between.
type view struct {
	*term.Screen
	stage   stages.Stage
	ttl     time.Duration
	columns int // servers that the table's head names
}

// building reports that the compiler runs: repeatedly on one line of a terminal, now and
// then in a pipe.
func (v *view) building(elapsed time.Duration) {
	seconds := int(elapsed.Seconds())
	switch {
	case elapsed == 0 && v.Live:
		fmt.Fprintf(v, "building %s ...", v.stage.Dir)
	case elapsed == 0:
		fmt.Fprintf(v, "building %s ...\n", v.stage.Dir)
	case v.Live && seconds >= 2:
		fmt.Fprintf(v, "\rbuilding %s ... %d s", v.stage.Dir, seconds)
	case !v.Live && seconds%10 == 0:
		fmt.Fprintf(v, "building %s ... %d s\n", v.stage.Dir, seconds)
	}
}

func (v *view) built(took time.Duration) {
	if v.Live {
		fmt.Fprintf(v, "\r%s\r", strings.Repeat(" ", term.Width-1))
	}
	fmt.Fprintf(v, "built    %s in %s\n", v.stage.Dir, measure.Seconds(took))
}

// buildFailed ends the line that building began.
func (v *view) buildFailed() {
	if v.Live {
		fmt.Fprintln(v)
	}
}

// began prints the processes that run, and their names from here on.
func (v *view) began(c *cluster.Cluster, load measure.Load) {
	for i, n := range c.Nodes() {
		note := ""
		if v.stage.Offers.Lease && i == 0 {
			note = v.Dim(fmt.Sprintf("  a registration ends %v after its last heartbeat", v.ttl))
		}
		name := n.Name
		if v.stage.Offers.Etcd {
			name = "etcd " + n.Name
		}
		fmt.Fprintf(v, "%-8s %s%s\n", name, n.Addr, note)
	}
	for _, s := range c.Servers() {
		fmt.Fprintf(v, "server %s %s\n", s.Name, s.Addr)
	}
	fmt.Fprintf(v, "client   %d calls a second for %v, %s\n", load.Rate, load.For, v.callees())
}

// callees returns how the client chooses a server.
func (v *view) callees() string {
	switch {
	case v.stage.Offers.Failover:
		return "spread over those that the registry names"
	case v.stage.Offers.Registry:
		return "to the first that the registry names"
	default:
		return "to server A"
	}
}

// Mark prints what has happened between two lines of the table.
func (v *view) Mark(w *scenario.World, m measure.Mark) {
	at := m.At.Sub(w.Run.Started).Seconds()
	fmt.Fprintln(v, v.Yellow(fmt.Sprintf("%4.1f s  %s", at, m.Text)))
}
