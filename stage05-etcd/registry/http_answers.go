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

// answers are the lists that are being read.
type answers struct {
	mu      sync.Mutex // guards the fields below
	readers map[*state]int
	bytes   int // of each state once: its instances, and their text
}

// begin counts a reader, and reports whether there are too many lists.
func (a *answers) begin(st *state) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readers[st]++
	if a.readers[st] == 1 {
		a.bytes += 2 * st.shared.size.bytes
	}
	return a.bytes > maxAnswers
}

func (a *answers) end(st *state) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readers[st]--
	if a.readers[st] == 0 {
		delete(a.readers, st)
		a.bytes -= 2 * st.shared.size.bytes
	}
}

// answering gives a reader so much time for what is written from now on, or as much as it
// has if that is 0, and a tenth of answerTime if there are too many lists. The caller calls
// end when st has been written.
func (s *Store) answering(w http.ResponseWriter, st *state, d time.Duration) (end func()) {
	if s.peers.answers.begin(st) {
		d = answerTime / 10
	}
	if d > 0 {
		http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
	}
	return func() { s.peers.answers.end(st) }
}
