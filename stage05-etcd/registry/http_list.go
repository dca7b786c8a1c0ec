package registry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// shared is the work on a state's list that is done once for all its readers.
type shared struct {
	size    size // the room that the list takes
	sorted  sync.Once
	encoded sync.Once
	text    []byte // the list in JSON, and the end of its response
	err     error
}

// sort sorts the list by id.
func (st *state) sort() {
	st.shared.sorted.Do(func() { slices.SortFunc(st.list, byID) })
}

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
// from different moments. All readers share a list with the polls.
func (s *Store) respondAll(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, "{")
	comma := ""
	for _, service := range s.names() {
		st := s.state(service)
		if len(st.list) == 0 {
			continue // the last instance has left since
		}
		fmt.Fprintf(w, "%s%q:", comma, service) // a service's name needs no escapes
		end := s.answering(w, st, st.bytes(), 0)
		err := writeList(w, st.list)
		end()
		if err != nil {
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

// respond responds with the revision and the list of a state.
func (st *state) respond(w http.ResponseWriter) {
	instances, err := st.encode()
	if err != nil {
		fail(w, err)
		return
	}
	head := fmt.Appendf(nil, `{"revision":%d,"instances":`, st.revision)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(head)+len(instances)))
	w.Write(head)
	w.Write(instances)
}

// encode returns the list of a state in JSON, and the end of its response. It may be
// called when the list is sorted.
func (st *state) encode() ([]byte, error) {
	once := &st.shared
	once.encoded.Do(func() {
		text := bytes.NewBuffer(make([]byte, 0, once.size.bytes+len("[]}\n")))
		once.err = writeList(text, st.list)
		once.text = append(text.Bytes(), "}\n"...)
	})
	return once.text, once.err
}
