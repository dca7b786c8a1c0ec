package scenario

import (
	"slices"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
)

// RegistryAway is the text of the mark for a registry that does not answer.
const RegistryAway = "the registry does not answer"

// listed records changes of the registry's list. The first answer is the list at the
// beginning of the run.
func (p *player) listed(now cluster.Listing) {
	w := p.world
	before, lost := w.Listed, w.Lost
	w.Lost = now.Err
	if now.Err == nil {
		w.Listed = now.Addrs
	}
	switch {
	case !p.asked:
		p.asked = now.Err == nil
	case now.Err != nil:
		p.mark(measure.Mark{At: now.At, Kind: measure.Note, Text: RegistryAway})
	default:
		if lost != nil {
			p.mark(measure.Mark{At: now.At, Kind: measure.Note, Text: "the registry answers again"})
		}
		p.differ(now.At, before, now.Addrs)
	}
}

func (p *player) differ(at time.Time, before, now []string) {
	for _, addr := range before {
		if !slices.Contains(now, addr) {
			name := p.nameOf(addr)
			p.mark(measure.Mark{At: at, Kind: measure.Unlisted, Server: name, Text: "the registry no longer lists " + name})
		}
	}
	for _, addr := range now {
		if !slices.Contains(before, addr) {
			name := p.nameOf(addr)
			p.mark(measure.Mark{At: at, Kind: measure.Listed, Server: name, Text: "the registry lists " + name})
		}
	}
}

func (p *player) nameOf(addr string) string {
	if s := p.world.Cluster.ByAddr(addr); s != nil {
		return s.Name
	}
	return addr
}
