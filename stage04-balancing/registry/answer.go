package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// pollAnswer is what GET /services/{name} answers. Epoch is the first revision
// that this registry gave out: another epoch is another registry, or this one
// after it has lost its memory. While it is Warming, there may be instances that
// it has not heard of yet.
type pollAnswer struct {
	Epoch     uint64
	Revision  uint64 // never 0
	Warming   bool
	Instances []Instance // sorted by id

	service string   // that was asked for
	bad     []string // entries that are not in Instances, and why
}

// UnmarshalJSON leaves out an entry that is malformed, of another service, or
// there twice, for it must not take the others with it. An answer without a
// list is an error, and not one that knows of no instances.
func (a *pollAnswer) UnmarshalJSON(text []byte) error {
	var raw struct {
		Epoch, Revision uint64
		Warming         bool
		Instances       []json.RawMessage
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	if raw.Revision == 0 || raw.Instances == nil {
		return errors.New("no revision, or no list of instances")
	}
	a.Epoch, a.Revision, a.Warming = raw.Epoch, raw.Revision, raw.Warming
	a.Instances = make([]Instance, 0, len(raw.Instances))
	seen := make(map[string]bool, len(raw.Instances))
	for _, text := range raw.Instances {
		in, err := a.instance(text)
		if err == nil && seen[in.ID] {
			err = errors.New("listed twice")
		}
		if err != nil {
			a.bad = append(a.bad, fmt.Sprintf("%.200s: %v", text, err))
			continue
		}
		seen[in.ID] = true
		a.Instances = append(a.Instances, in)
	}
	slices.SortFunc(a.Instances, byID)
	return nil
}

func (a *pollAnswer) instance(text []byte) (Instance, error) {
	in := Instance{Weight: 1}
	if err := json.Unmarshal(text, &in); err != nil {
		return in, err
	}
	if in.Service != a.service {
		return in, fmt.Errorf("of service %q", in.Service)
	}
	in = in.WithDefaults()
	return in, in.Validate()
}

// logBad tells what was left out of the list.
func (a *pollAnswer) logBad(log *slog.Logger) {
	if len(a.bad) > 0 {
		log.Warn("malformed instances left out", "service", a.service, "count", len(a.bad), "first", a.bad[0])
	}
}

// missing returns the instances of before whose id is not in now, which is
// sorted.
func missing(before, now []Instance) []Instance {
	return slices.DeleteFunc(slices.Clone(before), func(in Instance) bool {
		_, found := slices.BinarySearchFunc(now, in, byID)
		return found
	})
}
