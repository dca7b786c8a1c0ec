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

// building says that the compiler runs: over and over on one line of a
// terminal, now and then in a pipe.
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

// began tells who runs, and how they are called from here on.
func (v *view) began(c *cluster.Cluster, load measure.Load) {
	if c.Registry() != nil {
		note := ""
		if v.stage.Offers.Lease {
			note = v.Dim(fmt.Sprintf("  a registration ends %v after its last heartbeat", v.ttl))
		}
		fmt.Fprintf(v, "registry %s%s\n", strings.TrimPrefix(c.RegistryURL(), "http://"), note)
	}
	for _, s := range c.Servers() {
		fmt.Fprintf(v, "server %s %s\n", s.Name, s.Addr)
	}
	to := "to server A"
	if c.Registry() != nil {
		to = "to whom the registry names"
	}
	fmt.Fprintf(v, "client   %d calls a second for %v, %s\n", load.Rate, load.For, to)
}

// Second prints one line of the table.
func (v *view) Second(w *scenario.World, s measure.Second) {
	servers := w.Cluster.Servers()
	if v.columns != len(servers) {
		v.columns = len(servers)
		v.head(w)
	}
	failed := fmt.Sprintf("%7d", s.Failed)
	if s.Failed > 0 {
		failed = v.Red(failed)
	}
	p99 := "-"
	if s.OK > 0 {
		p99 = fmt.Sprintf("%.1f", s.P99)
	}
	fmt.Fprintf(v, "%4d %6d %6d %s %8s", s.Number, s.Sent, s.OK, failed, p99)
	for _, server := range servers {
		fmt.Fprintf(v, " %5s", blankZero(s.Servers[server.Addr]))
	}
	if w.Cluster.Registry() != nil {
		fmt.Fprintf(v, "   %s", v.listed(w))
	}
	fmt.Fprintln(v)
}

func (v *view) head(w *scenario.World) {
	var b strings.Builder
	fmt.Fprintf(&b, "%4s %6s %6s %7s %8s", "s", "sent", "ok", "failed", "p99 ms")
	for _, s := range w.Cluster.Servers() {
		fmt.Fprintf(&b, " %5s", "by "+s.Name)
	}
	if w.Cluster.Registry() != nil {
		b.WriteString("   listed")
	}
	fmt.Fprintf(v, "\n%s\n", v.Bold(b.String()))
}

// listed is what the registry lists, in its order, with what became of each
// server beside its name.
func (v *view) listed(w *scenario.World) string {
	if w.Lost != nil {
		return v.Red("no answer")
	}
	if len(w.Listed) == 0 {
		return "nobody"
	}
	var names []string
	for _, addr := range w.Listed {
		switch s := w.Cluster.ByAddr(addr); {
		case s == nil:
			names = append(names, addr)
		case s.State == cluster.Running:
			names = append(names, s.Name)
		default:
			names = append(names, v.Red(fmt.Sprintf("%s(%s)", s.Name, s.State)))
		}
	}
	return strings.Join(names, " ")
}

// Mark prints what has happened between two lines of the table.
func (v *view) Mark(w *scenario.World, m measure.Mark) {
	at := m.At.Sub(w.Run.Started).Seconds()
	fmt.Fprintln(v, v.Yellow(fmt.Sprintf("%4.1f s  %s", at, m.Text)))
}

func blankZero(n int) string {
	if n == 0 {
		return "."
	}
	return fmt.Sprint(n)
}
