package registry

import (
	"net/http"
	"sync"
	"time"
)

// A slow reader keeps the list that it reads in memory. Readers of one revision share a
// list. If lists change all the time, there are as many lists as readers.

const (
	answerTime = 10 * time.Second // time for a reader to read a list
	maxAnswers = 128 << 20        // bytes of lists that are being read; above that, readers have a tenth of answerTime
)

// answers counts the lists that are being read, each under a pointer. A list that readers
// share counts once.
type answers struct {
	mu      sync.Mutex // guards the fields below
	readers map[any]int
	bytes   int // bytes of all lists
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

// answering gives a reader the time d for what is written from now on, or no new deadline
// if d is 0. If there are too many lists, it gives a tenth of answerTime instead. The
// caller calls end when list, which takes so many bytes, has been written.
func (s *Store) answering(w http.ResponseWriter, list any, bytes int, d time.Duration) (end func()) {
	if s.peers.answers.begin(list, bytes) {
		d = answerTime / 10
	}
	if d > 0 {
		http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
	}
	return func() { s.peers.answers.end(list, bytes) }
}

// bytes returns the memory that a state takes while it is read: its instances and text.
func (st *state) bytes() int { return 2 * st.shared.size.bytes }
