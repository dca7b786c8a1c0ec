package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// listResponse is the response of GET /services/{name}.
type listResponse struct {
	Revision  uint64     // never 0
	Instances []Instance // sorted by id

	service string   // the service that was asked for
	bad     []string // the entries that were left out of Instances, each with the reason
}

// UnmarshalJSON leaves out an entry that is malformed, of another service, or
// there twice, for it must not take the others with it. A response without a
// list is an error, and not one that knows of no instances.
func (l *listResponse) UnmarshalJSON(text []byte) error {
	var raw struct {
		Revision  uint64
		Instances []json.RawMessage
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	if raw.Revision == 0 || raw.Instances == nil {
		return errors.New("no revision, or no list of instances")
	}
	l.Revision, l.Instances = raw.Revision, make([]Instance, 0, len(raw.Instances))
	seen := make(map[string]bool, len(raw.Instances))
	for _, text := range raw.Instances {
		in, err := l.instance(text)
		if err == nil && seen[in.ID] {
			err = errors.New("listed twice")
		}
		if err != nil {
			l.bad = append(l.bad, fmt.Sprintf("%.200s: %v", text, err))
			continue
		}
		seen[in.ID] = true
		l.Instances = append(l.Instances, in)
	}
	slices.SortFunc(l.Instances, byID)
	return nil
}

// instance returns one entry of the list, or the reason to leave it out. Fields
// that the entry does not have get their defaults; fields that are unknown here
// are ignored, for a newer registry may have more.
func (l *listResponse) instance(text []byte) (Instance, error) {
	in := Instance{Weight: 1}
	if err := json.Unmarshal(text, &in); err != nil {
		return in, err
	}
	if in.Service != l.service {
		return in, fmt.Errorf("of service %q", in.Service)
	}
	in = in.WithDefaults()
	return in, in.Validate()
}

// logBad logs what was left out of the list.
func (l *listResponse) logBad(log *slog.Logger) {
	if len(l.bad) > 0 {
		log.Warn("malformed instances left out", "service", l.service, "count", len(l.bad), "first", l.bad[0])
	}
}
