package doctor

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// fill is the command that fills the caches.
const fill = "go run ./docs doctor -fill"

// offline keeps the go command from the network.
const offline = "GOPROXY=off"

// noStamp keeps the go command from asking git about the workshop. git refuses to answer
// if the folder belongs to another user.
const noStamp = "-buildvcs=false"

// modules checks that the module cache holds what the workspace needs, and what
// each module needs alone, as in an exercise copy. The two can differ: the
// workspace takes the newest version that any of its modules asks for.
func (m Machine) modules(ctx context.Context) []Finding {
	if _, err := m.Run(ctx, m.Root, []string{offline}, "go", "list", "-deps", "-test", "-f", "", noStamp, "work"); err != nil {
		return []Finding{{Missing, "the workshop needs a network to build: " + err.Error(), "do this once with a network:", fill}}
	}
	var findings []Finding
	for _, s := range m.Stages {
		dir := filepath.Join(m.Root, s.Dir)
		if _, err := m.Run(ctx, dir, []string{offline, "GOWORK=off"}, "go", "list", "-deps", "-test", "-f", "", noStamp, "./..."); err != nil {
			findings = append(findings, Finding{
				Worse, s.Dir + " needs a network to build alone: " + err.Error(), "do this once with a network:", fill,
			})
		}
	}
	if findings == nil {
		return []Finding{{State: Good, What: "the module cache holds all that is needed without a network"}}
	}
	return findings
}

// stale prints a line for each package from outside the workshop that the build
// cache does not hold.
const stale = `{{if .Stale}}{{if .Module}}{{if not .Module.Main}}{{.ImportPath}}{{"\n"}}{{end}}{{else}}{{.ImportPath}}{{"\n"}}{{end}}{{end}}`

// compiled checks that the build cache holds what the workshop is built from.
// Compiling needs no network, but the first time it takes minutes.
func (m Machine) compiled(ctx context.Context) []Finding {
	const do = "do this once:"
	out, err := m.Run(ctx, m.Root, []string{offline}, "go", "list", "-deps", "-test", "-f", stale, noStamp, "work")
	switch n := strings.Count(out, "\n"); {
	case err != nil:
		return []Finding{{Worse, "the build cache cannot be used yet: " + err.Error(), do, fill}}
	case n > 0:
		return []Finding{{Worse, fmt.Sprintf("the build cache lacks %d packages, so the first run takes longer", n), do, fill}}
	}
	return []Finding{{State: Good, What: "the build cache holds all packages that come from elsewhere"}}
}
