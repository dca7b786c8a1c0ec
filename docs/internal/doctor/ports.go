package doctor

import (
	"context"
	"fmt"
	"strings"
)

// documented are the ports that the READMEs use, and what listens there.
var documented = []struct{ port, what string }{
	{"1234", "the server"},
	{"8500", "the registry"},
	{"2379", "etcd"},
	{"8600", "the guide"},
	{"8601", "the lab"},
}

// ports checks that nothing else listens where the READMEs expect the
// workshop's own. The demo and the tests take any port that is free.
func (m Machine) ports(context.Context) []Finding {
	var findings []Finding
	var free []string
	for _, d := range documented {
		l, err := m.Listen("tcp", "127.0.0.1:"+d.port)
		if err != nil {
			findings = append(findings, Finding{
				State: Worse, What: fmt.Sprintf("port %s, for %s, is taken", d.port, d.what),
				Do: "stop what listens there, or start " + d.what + " with another -listen, such as 127.0.0.1:0",
			})
			continue
		}
		l.Close()
		free = append(free, d.port)
	}
	if len(free) > 0 {
		findings = append([]Finding{{State: Good, What: "free ports: " + strings.Join(free, ", ")}}, findings...)
	}
	return findings
}
