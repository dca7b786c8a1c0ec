package registry_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

func TestTheStoresErrorsCrossTheWire(t *testing.T) {
	for _, c := range []struct {
		code int
		body string
		is   error
		text string
	}{
		{404, `{"error":"not registered: a of Arith"}`, registry.ErrNotFound, "not registered: a of Arith"},
		{409, `{"error":"id is taken: a of Arith is 127.0.0.1:1 for another 7 s"}`, registry.ErrTaken, "id is taken: a of Arith is 127.0.0.1:1 for another 7 s"},
		{429, `{"error":"too many instances: Arith has 10000"}`, registry.ErrFull, "too many instances: Arith has 10000"},
	} {
		err := ask(t, says(c.code, asJSON, c.body))
		require.ErrorIs(t, err, c.is)
		require.EqualError(t, err, "registry http://registry:8500: "+c.text)
	}
	var bad *registry.FieldError
	err := ask(t, says(400, asJSON, `{"error":"missing","field":"addr"}`))
	require.ErrorAs(t, err, &bad)
	require.Empty(t, cmp.Diff(*bad, registry.FieldError{Field: "addr", Problem: "missing"}))
	require.EqualError(t, err, "registry http://registry:8500: addr: missing")
}

// ask returns the error of one lookup at a registry that is handled by h.
func ask(t *testing.T, h http.HandlerFunc) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, h)
		_, err = newClient(t, &network, registry.ClientOptions{}).Instances(t.Context(), "Arith")
		require.Error(t, err)
	})
	return err
}

func TestWhatIsNoRegistryIsNotBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want string
	}{
		"a page that is not found":    {http.NotFound, "answered 404 Not Found"},
		"a path that is not known":    {says(404, asJSON, `{"error":"there is no \"/x\" here"}`), `answered 404 Not Found: "there is no \"/x\" here"`},
		"a refusal too long":          {says(400, asJSON, `{"error":"`+strings.Repeat("x", 5000)+`"}`), "answered 400 Bad Request"},
		"a number too long":           {says(200, asJSON, `{"revision":`+strings.Repeat("9", 5000)+`}`), "GET services/Arith: bad answer: json: cannot unmarshal number 999"},
		"a proxy's refusal":           {says(400, "text/html", "<h1>Bad Request</h1>"), "answered 400 Bad Request"},
		"an error without a text":     {says(404, asJSON, "{}"), "answered 404 Not Found"},
		"a server error":              {says(500, asJSON, `{"error":"x"}`), "answered 500 Internal Server Error"},
		"a web page":                  {says(200, "text/html", "<h1>Hello</h1>"), "GET services/Arith: bad answer: invalid character '<'"},
		"another JSON":                {says(200, asJSON, `{"hello":"world"}`), "GET services/Arith: bad answer: no revision, or no list of instances"},
		"a list too long":             {says(200, asJSON, `{"revision":1,"instances":[0`+strings.Repeat(",0", 10_000)+`]}`), "GET services/Arith: bad answer: more than 10000 instances"},
		"half an answer":              {says(200, asJSON, `{"revision":1,"instances":[`), "GET services/Arith: bad answer: unexpected EOF"},
		"half an entry":               {says(200, asJSON, `{"revision":1,"instances":[{"id`), "GET services/Arith: bad answer: unexpected EOF"},
		"no list":                     {says(200, asJSON, `{"revision":1,"instances":null}`), "GET services/Arith: bad answer: <nil> where [ should be"},
		"a connection that is closed": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			err := ask(t, c.h)
			require.ErrorContains(t, err, "registry http://registry:8500: "+c.want)
			require.Less(t, len(err.Error()), 400)
			require.NotErrorIs(t, err, registry.ErrNotFound)
			require.NotErrorAs(t, err, new(*registry.FieldError))
		})
	}
}

func TestARegistryThatHangsIsGivenUp(t *testing.T) {
	half := func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"revision":1,"instances":[{"service":`)
		http.NewResponseController(w).Flush()
		hang(w, r)
	}
	for name, c := range map[string]struct {
		h              http.HandlerFunc
		timeout, limit time.Duration
		want           time.Duration
	}{
		"after two seconds":               {hang, 0, time.Minute, 2 * time.Second},
		"after its time-out":              {hang, 5 * time.Second, time.Minute, 5 * time.Second},
		"when its caller does":            {hang, 0, time.Second, time.Second},
		"in the middle of the answer too": {half, 0, time.Minute, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				serve(t, &network, c.h)
				client := newClient(t, &network, registry.ClientOptions{Timeout: c.timeout})
				ctx, cancel := context.WithTimeout(t.Context(), c.limit)
				defer cancel()
				start := time.Now()
				_, err := client.Instances(ctx, "Arith")
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorContains(t, err, "registry http://registry:8500: ")
				require.Equal(t, c.want, time.Since(start))
			})
		})
	}
}

// counting counts the bodies that are open.
type counting struct {
	http.RoundTripper
	open atomic.Int32
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.RoundTripper.RoundTrip(r)
	if err == nil {
		c.open.Add(1)
		resp.Body = &counted{resp.Body, func() { c.open.Add(-1) }}
	}
	return resp, err
}

type counted struct {
	io.ReadCloser
	closed func()
}

func (c *counted) Close() error {
	c.closed()
	return c.ReadCloser.Close()
}

func TestEveryBodyIsClosed(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a list":   says(http.StatusOK, asJSON, "[]"),
		"refusal":  says(http.StatusNotFound, asJSON, `{"error":"not registered"}`),
		"nonsense": says(http.StatusOK, "text/html", "<h1>Welcome</h1>"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				serve(t, &network, h)
				bodies := &counting{RoundTripper: &http.Transport{DialContext: network.DialContext, DisableKeepAlives: true}}
				newClient(t, &network, registry.ClientOptions{Transport: bodies}).Instances(t.Context(), "Arith")
				require.Zero(t, bodies.open.Load())
			})
		})
	}
}

func TestManyRequestsUseOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		for i := range 100 { // so that the lists are long
			require.NoError(t, put(s, instance("Arith", fmt.Sprint(i), "127.0.0.1:1")))
		}
		serve(t, &network, registry.Handler(s))
		var dials atomic.Int32
		c := newClient(t, &network, registry.ClientOptions{Transport: &http.Transport{
			DialContext: func(ctx context.Context, kind, addr string) (net.Conn, error) {
				dials.Add(1)
				return network.DialContext(ctx, kind, addr)
			},
		}})
		for i := range 20 {
			_, err := c.Instances(t.Context(), "Arith")
			require.NoError(t, err)
			_, err = c.Services(t.Context())
			require.NoError(t, err)
			r, err := c.Register(t.Context(), instance("Slow", fmt.Sprint(i), "127.0.0.1:1"))
			require.NoError(t, err)
			require.NoError(t, r.Deregister(t.Context()))
			require.NoError(t, r.Deregister(t.Context()), "which is refused with 404")
		}
		require.EqualValues(t, 1, dials.Load())
		c.Close()
		_, err := c.Services(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2, dials.Load(), "Close gives the idle one back")
	})
}

func TestAConflictThatDoesNotSayWhenItEndsIsTriedAgain(t *testing.T) {
	for _, after := range []string{"", "0", "-1", "soon", "9223372036", "18446744073", "9223372036854775807"} {
		synctest.Test(t, func(t *testing.T) {
			var network memnet.Network
			var h changing
			s := newStore()
			asked := 0
			h.set(func(w http.ResponseWriter, r *http.Request) {
				if asked++; asked == 1000 { // without a pause between them, time would stand still
					h.set(registry.Handler(s).ServeHTTP)
				}
				w.Header().Set("Retry-After", after)
				says(http.StatusConflict, asJSON, `{"error":"id is taken"}`)(w, r)
			})
			serve(t, &network, &h)
			time.AfterFunc(time.Minute, func() { h.set(registry.Handler(s).ServeHTTP) })
			start := time.Now()
			_, err := newClient(t, &network, registry.ClientOptions{Logger: logtest.Quiet()}).Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
			require.NoError(t, err)
			require.InDelta(t, time.Minute, time.Since(start), float64(5*time.Second), "as after any other failure")
		})
	}
}

func TestAnAnswerSaysHowLongItIs(t *testing.T) {
	s := newStore()
	fill(t, s, 100)
	w := send(registry.Handler(s), http.MethodGet, "/services/Service0", "", "")
	require.Equal(t, strconv.Itoa(w.Body.Len()), w.Header().Get("Content-Length"))
	require.True(t, strings.HasSuffix(w.Body.String(), "]}\n"))
}
