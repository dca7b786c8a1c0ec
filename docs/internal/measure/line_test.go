package measure_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/measure"
)

const (
	firstLine = `{"second":1,"sent":200,"ok":199,"failed":1,"retried":2,"p50_ms":0.1,"p99_ms":0.6,"servers":{"127.0.0.1:41001":199},"errors":{"timeout":1}}` + "\n"
	totalLine = `{"total":true,"seconds":1,"sent":200,"ok":199,"failed":1,"retried":2,"p50_ms":0.1,"p99_ms":0.6,"servers":{"127.0.0.1:41001":199},"errors":{"timeout":1}}` + "\n"
)

// read collects what a report holds until its end or its first error.
func read(r io.Reader) (all []measure.Second, err error) {
	for s, err := range measure.Read(r) {
		if err != nil {
			return all, err
		}
		all = append(all, s)
	}
	return all, nil
}

func TestReadUnderstandsAReport(t *testing.T) {
	before := time.Now()
	got, err := read(strings.NewReader(firstLine + totalLine))
	require.NoError(t, err)
	counts := measure.Counts{
		Sent: 200, OK: 199, Failed: 1, Retried: 2, P50: 0.1, P99: 0.6,
		Servers: map[string]int{"127.0.0.1:41001": 199}, Errors: map[string]int{"timeout": 1},
	}
	want := []measure.Second{{Number: 1, Counts: counts}, {Total: true, Seconds: 1, Counts: counts}}
	require.Empty(t, cmp.Diff(got, want, cmpopts.IgnoreFields(measure.Second{}, "At")))
	require.False(t, got[0].At.Before(before))
}

func TestReadYieldsALineAsSoonAsItIsThere(t *testing.T) {
	r, w := io.Pipe()
	defer r.Close()
	go func() { _, _ = io.WriteString(w, firstLine) }() // and never closes
	for s, err := range measure.Read(r) {
		require.NoError(t, err)
		require.Equal(t, 1, s.Number)
		break
	}
}

func TestReadRefusesWhatIsNoReport(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		in   io.Reader
		want error
		says string
	}{
		"nothing":           {strings.NewReader(""), measure.ErrTruncated, "breaks off"},
		"no total":          {strings.NewReader(firstLine), measure.ErrTruncated, "breaks off"},
		"half a line":       {strings.NewReader(firstLine + `{"second":2,"sent":`), measure.ErrMalformed, "line 2"},
		"no JSON":           {strings.NewReader("7 * 8 = 56\n"), measure.ErrMalformed, "line 1"},
		"a wrong type":      {strings.NewReader(`{"second":"one"}`), measure.ErrMalformed, "line 1"},
		"a second missing":  {strings.NewReader(firstLine + `{"second":3,"sent":200}`), measure.ErrMalformed, "line 2 says second 3"},
		"a negative count":  {strings.NewReader(`{"second":1,"sent":-1}`), measure.ErrMalformed, "line 1: a count is negative"},
		"a line too long":   {strings.NewReader(strings.Repeat("x", 2<<20)), nil, "too long"},
		"a reader's failed": {iotest.ErrReader(broken), broken, "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(c.in)
			require.ErrorContains(t, err, c.says)
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
			}
		})
	}
}
