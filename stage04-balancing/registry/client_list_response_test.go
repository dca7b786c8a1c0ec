package registry_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

const goodEntry = `{"service":"Arith","id":"a","addr":"127.0.0.1:1","network":"tcp","weight":1}`

func TestAMalformedEntryIsLeftOutAndNoOther(t *testing.T) {
	for name, entry := range map[string]string{
		"no object":            `7`,
		"null":                 `null`,
		"nothing in it":        `{}`,
		"a list":               `[{}]`,
		"another service":      `{"service":"Arithmetic","id":"b","addr":"127.0.0.1:2"}`,
		"the same id":          `{"service":"Arith","id":"a","addr":"127.0.0.1:2"}`,
		"no address":           `{"service":"Arith","id":"b"}`,
		"a number for an id":   `{"service":"Arith","id":7,"addr":"127.0.0.1:2"}`,
		"an unknown network":   `{"service":"Arith","id":"b","addr":"127.0.0.1:2","network":"carrier pigeon"}`,
		"a weight below zero":  `{"service":"Arith","id":"b","addr":"127.0.0.1:2","weight":-1}`,
		"a weight without end": `{"service":"Arith","id":"b","addr":"127.0.0.1:2","weight":1e99}`,
	} {
		t.Run(name, func(t *testing.T) {
			got := listOf(t, goodEntry, entry)
			require.Empty(t, cmp.Diff(got, []registry.Instance{instance("Arith", "a", "127.0.0.1:1")}))
		})
	}
}

func TestAnEntryOfANewerRegistryIsTaken(t *testing.T) {
	got := listOf(t, goodEntry, `{"service":"Arith","addr":"127.0.0.1:2","colour":"red"}`)
	want := []registry.Instance{instance("Arith", "127.0.0.1:2", "127.0.0.1:2"), instance("Arith", "a", "127.0.0.1:1")}
	require.Empty(t, cmp.Diff(got, want), "what it does not say has its default, and the list is sorted")
}

func TestTheFieldsOfAListMayComeInAnyOrder(t *testing.T) {
	for _, answer := range []string{
		`{"instances":[%s],"revision":1}`,
		`{"colour":{"red":[1]},"revision":1,"more":[],"instances":[%s],"instant":null}`,
		` { "instances" : [7, %s , 8] , "revision" : 2, "revision" : 1, "instances" : [ %[1]s ] } `,
	} {
		c, err := registry.NewClient("http://"+address, registry.ClientOptions{Transport: text(fmt.Sprintf(answer, goodEntry))})
		require.NoError(t, err)
		list, err := c.Instances(t.Context(), "Arith")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(list, []registry.Instance{instance("Arith", "a", "127.0.0.1:1")}))
	}
}

// listOf returns what a client makes of a list of entries.
func listOf(t *testing.T, entries ...string) (list []registry.Instance) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, says(http.StatusOK, asJSON, fmt.Sprintf(`{"revision":1,"instances":[%s]}`, strings.Join(entries, ","))))
		var log logtest.Buffer
		snap, _ := next(t, watch(t, &network, registry.ClientOptions{Logger: untimed(&log)}))
		list = snap.Instances
		c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
		again, err := c.Instances(t.Context(), "Arith")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(again, list))
	})
	return list
}

func TestMalformedEntriesAreCountedAndLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log logtest.Buffer
		var h changing
		lists := func(entries string) { // another revision every second, with the same entries
			h.set(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(time.Second)
				fmt.Fprintf(w, `{"revision":%d,"instances":[%s]}`, time.Now().Unix(), entries)
			})
		}
		lists(goodEntry + ` , 7, {"service":"x"}`)
		serve(t, &network, &h)
		w := watch(t, &network, registry.ClientOptions{Logger: untimed(&log)})
		next(t, w)
		noneFor(t, w, time.Minute)
		lists(goodEntry + `, 7`)
		noneFor(t, w, time.Minute)
		lists(goodEntry)
		noneFor(t, w, time.Minute)
		want := `level=WARN msg="malformed instances left out" service=Arith count=2 first="7: json: cannot unmarshal number into Go value of type registry.Instance"
level=WARN msg="malformed instances left out" service=Arith count=1 first="7: json: cannot unmarshal number into Go value of type registry.Instance"
`
		require.Empty(t, cmp.Diff(log.String(), want), "w.response() sees to it that the same ones are logged once")
	})
}

// text is a RoundTripper that answers every request with it.
type text string

func (s text) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader(string(s)))}, nil
}

// FuzzListResponse has a client read a response of any kind. What it makes of it is an
// error, or a list that is sound.
//
//	go test -fuzz FuzzListResponse -fuzztime 60s ./registry
func FuzzListResponse(f *testing.F) {
	for _, list := range []string{"", goodEntry, goodEntry + "," + goodEntry, "7,null,{}", `{"service":"Arith","addr":"[::1]:1","metadata":{}}`} {
		f.Add(`{"revision":2,"instances":[` + list + `]}`)
	}
	f.Add(`{"revision":0,"instances":null}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, answer string) {
		var log logtest.Buffer
		c, err := registry.NewClient("http://"+address, registry.ClientOptions{Transport: text(answer), Logger: untimed(&log)})
		require.NoError(t, err)
		list, err := c.Instances(t.Context(), "Arith")
		if err != nil {
			require.Empty(t, list)
			return
		}
		require.NotNil(t, list)
		for i, in := range list {
			require.Equal(t, "Arith", in.Service)
			require.NoError(t, in.Validate())
			require.False(t, slices.ContainsFunc(list[:i], func(other registry.Instance) bool { return other.ID >= in.ID }))
		}
	})
}

// wrong are answers to a poll that no registry gives.
var wrong = map[string]http.HandlerFunc{
	"no JSON":                  says(http.StatusOK, "text/html", "<h1>Welcome</h1>"),
	"half an answer":           says(http.StatusOK, asJSON, `{"revision":2,"instances":[`),
	"a list as in stage 03":    says(http.StatusOK, asJSON, `[]`),
	"null":                     says(http.StatusOK, asJSON, `null`),
	"no list":                  says(http.StatusOK, asJSON, `{"revision":2}`),
	"null for a list":          says(http.StatusOK, asJSON, `{"revision":2,"instances":null}`),
	"revision 0":               says(http.StatusOK, asJSON, `{"revision":0,"instances":[]}`),
	"a revision below zero":    says(http.StatusOK, asJSON, `{"revision":-1,"instances":[]}`),
	"an empty body":            says(http.StatusOK, asJSON, ``),
	"nothing for it":           says(http.StatusNoContent, asJSON, ``),
	"a refusal of the service": says(http.StatusBadRequest, asJSON, `{"error":"I know better","field":"service"}`),
	"no room, whoever asks": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "5")
		says(http.StatusServiceUnavailable, asJSON, `{"error":"too many long polls"}`)(w, r)
	},
	"a redirect to itself": http.RedirectHandler("/services/Arith", http.StatusFound).ServeHTTP,
}

func TestAWrongAnswerIsNoFirstSnapshot(t *testing.T) {
	for name, answer := range wrong {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var h changing
				h.set(answer)
				serve(t, &network, &h)
				w := watch(t, &network, registry.ClientOptions{})
				noneFor(t, w, time.Minute)
				h.set(registry.Handler(newStore()).ServeHTTP)
				snap, _ := next(t, w)
				require.False(t, snap.Stale)
				require.Empty(t, cmp.Diff(snap.Instances, []registry.Instance{}), "known to be empty")
			})
		})
	}
}
