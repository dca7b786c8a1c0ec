package registry

import (
	"net/http"
	"sync"
	"time"
)

// A reader that is slow keeps the list that it reads. Readers of one revision share that,
// but lists that change all the time are as many as the readers.

const (
	answerTime = 10 * time.Second // for a reader to take a list
	maxAnswers = 128 << 20        // bytes of lists that are being read, before readers have a tenth of that
)

// answers are the lists that are being read. A list is counted under a pointer: one that
// readers share, once.
type answers struct {
	mu      sync.Mutex // guards the fields below
	readers map[any]int
	bytes   int // of all lists
}

// begin counts a reader of a list, and reports whether there are too many lists.
func (a *answers) begin(list any, bytes int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readers[list]++
	if a.readers[list] == 1 {
		a.bytes += bytes
	}
	return a.bytes > maxAnswers
}

func (a *answers) end(list any, bytes int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readers[list]--
	if a.readers[list] == 0 {
		delete(a.readers, list)
		a.bytes -= bytes
	}
}

// answering gives a reader so much time for what is written from now on, or as much as it
// has if that is 0, and a tenth of answerTime if there are too many lists. The caller calls
// end when list, which takes so many bytes, has been written.
func (s *Store) answering(w http.ResponseWriter, list any, bytes int, d time.Duration) (end func()) {
	if s.peers.answers.begin(list, bytes) {
		d = answerTime / 10
	}
	if d > 0 {
		http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
	}
	return func() { s.peers.answers.end(list, bytes) }
}

// bytes returns what a state takes while it is read: its instances, and their text.
func (st *state) bytes() int { return 2 * st.shared.size.bytes }
