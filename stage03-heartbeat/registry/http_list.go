package registry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
)

// writeList writes a list in JSON, one element at a time. It keeps only one element's
// text in memory, however long the list is and however slow its reader.
func writeList[T any](w io.Writer, list []T) error {
	fmt.Fprint(w, "[")
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	for i := range list {
		text.Reset()
		if i > 0 {
			text.WriteByte(',')
		}
		if err := encoder.Encode(&list[i]); err != nil {
			return err
		}
		if _, err := w.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n"))); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(w, "]")
	return err
}

// respondList responds with a list.
func respondList[T any](w http.ResponseWriter, list []T) {
	w.Header().Set("Content-Type", "application/json")
	if writeList(w, list) == nil {
		fmt.Fprintln(w)
	}
}

// respondAll responds with the instances of every service, sorted by name. It reads one
// list at a time and holds no lock while it writes, so the lists of two services may be
// from different moments.
func (s *Store) respondAll(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, "{")
	comma := ""
	for _, service := range s.names() {
		list := s.Instances(service)
		if len(list) == 0 {
			continue // the last instance has left since
		}
		fmt.Fprintf(w, "%s%q:", comma, service) // a service's name needs no escapes
		if writeList(w, list) != nil {
			return // the reader has gone
		}
		comma = ","
	}
	fmt.Fprintln(w, "}")
}

// names returns the services that have instances, sorted.
func (s *Store) names() []string {
	s.mu.Lock()
	names := slices.Collect(maps.Keys(s.services))
	s.mu.Unlock()
	slices.Sort(names)
	return names
}
