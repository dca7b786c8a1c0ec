package registry_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// sendFrom posts a form from an address.
func sendFrom(h http.Handler, addr, path, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
	r.Header.Set("Content-Type", asForm)
	r.RemoteAddr = addr
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// entry is the form of the n-th entry of a service.
func entry(service string, n int) string {
	return fmt.Sprintf("name=%s&id=%d&addr=127.0.0.1:1&lease=%s-%d", service, n, service, n)
}

const stranger, another, local = "203.0.113.9:4711", "203.0.113.10:4711", "127.0.0.1:4711"

// crowdFrom registers as much as a peer may, and requires how much that is.
func crowdFrom(t *testing.T, h http.Handler, addr, service string, want int) {
	t.Helper()
	for n := range want {
		w := sendFrom(h, addr, "/register", entry(service, n))
		require.Equal(t, http.StatusOK, w.Code, "%d: %s", n, w.Body)
	}
	requireFull(t, sendFrom(h, addr, "/register", entry(service, want)))
}

func requireFull(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	require.Equal(t, http.StatusTooManyRequests, w.Code, w.Body)
	require.Contains(t, decoded[answer](t, w).Error, "too many instances: ")
}

func TestAStrangerCannotTakeAllTheRoom(t *testing.T) {
	for _, c := range []struct {
		name, peer, same, other string
		want                    int
	}{
		{"IPv4", stranger, "203.0.113.9:1", another, 1000},
		{"IPv4 in IPv6", "[::ffff:203.0.113.9]:1", stranger, another, 1000},
		{"IPv6", "[2001:db8::1]:1", "[2001:db8::ffff:1:2:3]:1", "[2001:db8:0:1::1]:1", 1000},
		{"this machine", local, "[::1]:1", stranger, 10_000},
		{"no IP address", "@", local, stranger, 10_000}, // of a Unix socket
	} {
		t.Run(c.name, func(t *testing.T) {
			h := registry.Handler(newStore())
			crowdFrom(t, h, c.peer, "Arith", c.want)
			requireFull(t, sendFrom(h, c.same, "/register", entry("Slow", 0)))
			w := sendFrom(h, c.other, "/register", entry("Slow", 0))
			require.Equal(t, http.StatusOK, w.Code, w.Body)
		})
	}
}

func TestAStrangerCannotTakeAllTheBytes(t *testing.T) {
	h := registry.Handler(newStore())
	size := 0
	for n := range 1000 {
		in := largest(strconv.Itoa(n/100), n)
		text, err := json.Marshal(in)
		require.NoError(t, err)
		r := httptest.NewRequest(http.MethodPost, "/register", bytes.NewReader(text))
		r.Header.Set("Content-Type", asJSON)
		r.RemoteAddr = stranger
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			requireFull(t, w)
			break
		}
		size += len(text)
	}
	require.LessOrEqual(t, size, 4<<20)
	require.Greater(t, size, 4<<20*9/10)
}

func TestAPeersRoomIsFreeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		crowdFrom(t, h, stranger, "Arith", 1000)
		one, next := entry("Arith", 0), entry("Arith", 1000)
		require.Equal(t, http.StatusOK, sendFrom(h, stranger, "/register", one).Code, "who replaces itself takes no room")
		require.Equal(t, http.StatusConflict, sendFrom(h, another, "/register", one+"x").Code)
		requireFull(t, sendFrom(h, stranger, "/register", next))

		require.Equal(t, http.StatusOK, sendFrom(h, another, "/deregister", "name=Arith&id=0&lease=Arith-0").Code)
		require.Equal(t, http.StatusOK, sendFrom(h, stranger, "/register", next).Code, "who leaves makes room")
		requireFull(t, sendFrom(h, stranger, "/register", entry("Arith", 1001)))

		require.Equal(t, http.StatusOK, sendFrom(h, another, "/register", entry("Arith", 1)).Code)
		require.Equal(t, http.StatusOK, sendFrom(h, stranger, "/register", entry("Arith", 1001)).Code, "who is put by another one too")
		requireFull(t, sendFrom(h, stranger, "/register", entry("Arith", 1002)))
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Empty(t, s.Services())
		crowdFrom(t, h, stranger, "Arith", 1000)
	})
}

func TestAStrangerCannotTakeAllTheMemoryOfEndedLeases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := registry.Handler(sweeping(t, registry.Options{}))
		late := func(service string, n int) int {
			return sendFrom(h, another, "/register", entry(service, n)).Code
		}
		for range 2 {
			for n := range 1001 {
				require.Equal(t, http.StatusNotFound, sendFrom(h, stranger, "/deregister", entry("Arith", n)).Code)
			}
			require.Equal(t, http.StatusNotFound, late("Arith", 0), "it is remembered")
			require.Equal(t, http.StatusNotFound, late("Arith", 999))
			require.Equal(t, http.StatusOK, late("Arith", 1000), "there is no room for another")

			require.Equal(t, http.StatusOK, late("Slow", 0))
			require.Equal(t, http.StatusOK, sendFrom(h, another, "/deregister", entry("Slow", 0)).Code)
			require.Equal(t, http.StatusNotFound, late("Slow", 0), "trap R8: another one's is remembered")
			time.Sleep(16 * time.Second) // a TTL and a sweep
			synctest.Wait()
		}
		for n := range 1001 {
			require.Equal(t, http.StatusOK, sendFrom(h, local, "/register", entry("Arith", n)).Code)
			require.Equal(t, http.StatusOK, sendFrom(h, local, "/deregister", entry("Arith", n)).Code)
		}
		require.Equal(t, http.StatusNotFound, late("Arith", 1000), "trap R8: this machine has more room")
	})
}

func TestRequestsAtTheSameTimeDoNotExceedAPeersRoom(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for n := range 300 {
				sendFrom(h, stranger, "/register", entry(fmt.Sprint("Arith", g%4), n))
				if n%3 == 0 {
					sendFrom(h, stranger, "/deregister", entry(fmt.Sprint("Arith", g%4), n))
				}
			}
		})
	}
	all.Wait()
	held := 0
	for service, list := range s.Services() {
		held += len(list)
		for _, in := range list {
			require.NoError(t, s.Delete(service, in.ID, service+"-"+in.ID))
		}
	}
	require.LessOrEqual(t, held, 1000)
	crowdFrom(t, h, stranger, "Other", 1000)
}
