package demo

import (
	"fmt"
	"strings"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
)

// Second prints one line of the table. Up to five servers fit the screen.
func (v *view) Second(w *scenario.World, s measure.Second) {
	servers := w.Cluster.Servers()
	if v.columns != len(servers) {
		v.columns = len(servers)
		v.head(w)
	}
	fmt.Fprintf(v, "%2d %4d %4d %s", s.Number, s.Sent, s.OK, v.count("%6d", s.Failed, v.Red))
	if v.stage.Offers.Failover {
		fmt.Fprintf(v, " %s", v.count("%7d", s.Retried, v.Yellow))
	}
	p99 := "-"
	if s.OK > 0 {
		p99 = fmt.Sprintf("%.1f", s.P99)
	}
	fmt.Fprintf(v, " %6s", p99)
	for _, server := range servers {
		fmt.Fprintf(v, " %s", v.cell(server, s.Servers[server.Addr]))
	}
	if len(w.Cluster.Nodes()) > 0 {
		fmt.Fprintf(v, "  %s", v.listed(w))
	}
	fmt.Fprintln(v)
}

func (v *view) head(w *scenario.World) {
	var b strings.Builder
	fmt.Fprintf(&b, "%2s %4s %4s %6s", "s", "sent", "ok", "failed")
	if v.stage.Offers.Failover {
		fmt.Fprintf(&b, " %7s", "retried")
	}
	fmt.Fprintf(&b, " %6s", "p99 ms")
	for _, s := range w.Cluster.Servers() {
		fmt.Fprintf(&b, " %6s", "by "+s.Name)
	}
	if len(w.Cluster.Nodes()) > 0 {
		b.WriteString("  listed")
	}
	fmt.Fprintf(v, "\n%s\n", v.Bold(b.String()))
}

// count is a number that should be 0; otherwise it is coloured.
func (v *view) count(format string, n int, paint func(string) string) string {
	text := fmt.Sprintf(format, n)
	if n > 0 {
		return paint(text)
	}
	return text
}

// cell returns how many calls a server answered, or why it answered none.
func (v *view) cell(s *cluster.Server, answered int) string {
	switch {
	case answered > 0:
		return fmt.Sprintf("%6d", answered)
	case s.State != cluster.Running:
		return v.Dim(fmt.Sprintf("%6s", s.State))
	default:
		return fmt.Sprintf("%6s", ".")
	}
}

// listed returns the servers that the registry lists, in its order. A server that should
// not be listed is red; its column of the table says why.
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
			names = append(names, v.Red(s.Name))
		}
	}
	return strings.Join(names, " ")
}
