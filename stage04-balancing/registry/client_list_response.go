package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
	"time"
)

// listResponse is the response of GET /services/{name}.
type listResponse struct {
	Revision  uint64     // never 0
	Instances []Instance // sorted by id

	service string   // the service that was asked for
	bad     []string // the entries that were left out of Instances, each with the reason
	watcher *watcher // the watcher whose poll it answers; nil if it answers none
}

// response returns the destination for the response to a poll. The time that reading
// takes slows down w's next polls. Malformed entries are logged when they have changed.
func (w *watcher) response() *listResponse { return &listResponse{service: w.service, watcher: w} }

// read reads a response in one pass, entry by entry, because each watcher reads the whole
// list after each change (go test -run - -bench ReadList ./registry). It ignores unknown
// fields, because a newer registry may have more. A response without a list is an error,
// and not an empty list. After an error, l is empty.
func (l *listResponse) read(from io.Reader) error {
	began := time.Now()
	text := new(bytes.Buffer) // what has been read from and is not an earlier entry
	in := json.NewDecoder(io.TeeReader(from, text))
	next := listResponse{service: l.service}
	err := elements(in, '{', func() error {
		field, err := in.Token()
		switch {
		case err != nil:
			return err
		case field == "revision":
			return in.Decode(&next.Revision)
		case field == "instances":
			return next.readInstances(in, text)
		}
		return in.Decode(new(json.RawMessage))
	})
	switch {
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	case next.Revision == 0 || next.Instances == nil:
		return errors.New("no revision, or no list of instances")
	}
	slices.SortFunc(next.Instances, byID)
	if w := l.watcher; w != nil {
		w.limiter.took(time.Since(began))
		if !slices.Equal(next.bad, w.bad) {
			next.logBad(w.client.opts.Logger)
		}
		w.bad = next.bad
	}
	*l = next
	return nil
}

// elements calls read for each element of an object or list, which begins with open.
func elements(in *json.Decoder, open json.Delim, read func() error) error {
	if token, err := in.Token(); err != nil {
		return err
	} else if token == json.Delim('[') && open == '{' {
		return &json.UnmarshalTypeError{Value: "array", Type: reflect.TypeFor[listResponse]()}
	} else if token != open {
		return fmt.Errorf("%v where %v should be", token, open)
	}
	for in.More() {
		if err := read(); err != nil {
			return err
		}
	}
	_, err := in.Token()
	return err
}

// readInstances reads the entries. It leaves out one that is malformed, of another
// service, or there twice, so that the other entries are not lost with it.
func (l *listResponse) readInstances(in *json.Decoder, text *bytes.Buffer) error {
	l.Instances, l.bad = []Instance{}, nil
	seen, taken := make(map[string]bool), int64(0)
	take := func() []byte { // returns what in has read of text since the last take
		n := in.InputOffset() - taken
		taken += n
		return text.Next(int(n))
	}
	take()
	return elements(in, '[', func() error {
		take()
		if len(l.Instances)+len(l.bad) == MaxServiceInstances {
			return fmt.Errorf("more than %d instances", MaxServiceInstances) // no registry holds more
		}
		entry := Instance{Weight: 1}
		err := in.Decode(&entry)
		if _, typed := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !typed {
			return err // no JSON, or not all of it
		}
		if err == nil {
			entry, err = l.checked(entry)
		}
		if err == nil && seen[entry.ID] {
			err = errors.New("listed twice")
		}
		if err != nil {
			l.bad = append(l.bad, fmt.Sprintf("%.200s: %.200v", bytes.TrimLeft(take(), ", \t\r\n"), err))
			return nil
		}
		seen[entry.ID] = true
		l.Instances = append(l.Instances, entry)
		return nil
	})
}

// checked returns an entry of the list with its defaults, or the reason to leave it out.
func (l *listResponse) checked(in Instance) (Instance, error) {
	if in.Service != l.service {
		return in, fmt.Errorf("of service %.64q", in.Service)
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
