package measure

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// Errors of Read.
var (
	ErrMalformed = errors.New("malformed load report")      // a line that is not what arith-client -json prints
	ErrTruncated = errors.New("the load report breaks off") // no total at the end
)

// Counts is the results of some calls.
type Counts struct {
	Sent    int            `json:"sent"`
	OK      int            `json:"ok"`
	Failed  int            `json:"failed"` // their caller got an error
	Retried int            `json:"retried"`
	P50     float64        `json:"p50_ms"`
	P99     float64        `json:"p99_ms"`
	Servers map[string]int `json:"servers"` // calls that were ok, by the server's address
	Errors  map[string]int `json:"errors"`  // calls that failed, by kind
}

// Second is one line of the report: one second of the load, or the total of
// all.
type Second struct {
	Number  int     `json:"second,omitempty"`  // from 1; 0 in the total
	Total   bool    `json:"total,omitempty"`   // the last line
	Seconds float64 `json:"seconds,omitempty"` // in the total: how long the load took
	Counts
	At time.Time `json:"at"` // when the line arrived, which is when the second ended
}

// maxReportLine bounds one line; a line holds a few hundred bytes and an
// address per server.
const maxReportLine = 1 << 20

// Read reads the output of arith-client -json as it comes and stamps each line
// with its time of arrival. It ends after the total. Any other end is an error,
// the last thing that it yields.
func Read(r io.Reader) iter.Seq2[Second, error] {
	return func(yield func(Second, error) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(nil, maxReportLine)
		for number := 1; in.Scan(); number++ {
			second, err := parse(in.Bytes(), number)
			if !yield(second, err) || err != nil || second.Total {
				return
			}
		}
		err := in.Err()
		if err == nil {
			err = ErrTruncated
		}
		yield(Second{}, err)
	}
}

// parse reads the line that should be the report's nth.
func parse(line []byte, nth int) (Second, error) {
	var s Second
	if err := json.Unmarshal(line, &s); err != nil {
		return Second{}, fmt.Errorf("%w: line %d: %w", ErrMalformed, nth, err)
	}
	s.At = time.Now()
	if !s.Total && s.Number != nth {
		return Second{}, fmt.Errorf("%w: line %d says second %d", ErrMalformed, nth, s.Number)
	}
	if s.Sent < 0 || s.OK < 0 || s.Failed < 0 {
		return Second{}, fmt.Errorf("%w: line %d: a count is negative", ErrMalformed, nth)
	}
	return s, nil
}
