package registry_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/memnet"
	"example.com/workshop/stage02-registry/registry"
)

// largest returns an instance with metadata that takes as much JSON as is allowed.
func largest(service string, n int) registry.Instance {
	in := instance(service, fmt.Sprintf("%0128d", n), "127.0.0.1:1")
	in.Metadata = make(map[string]string)
	for key := range 32 {
		in.Metadata[fmt.Sprintf("%0128d", key)] = strings.Repeat("<", 256)
	}
	return in
}

// crowd puts the largest instances into a service until there is no room for
// another, and returns how many there are.
func crowd(tb testing.TB, s *registry.Store, service string) int {
	tb.Helper()
	for n := range 1000 {
		err := put(s, largest(service, n))
		if errors.Is(err, registry.ErrFull) {
			return n
		}
		require.NoError(tb, err)
	}
	require.FailNow(tb, "the store is never full: what is put must be counted with s.used.add")
	return 0
}

func TestTheLargestServiceThatIsAcceptedIsReadByTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where a client's time-out is no question of speed
		s := newStore()
		room := crowd(t, s, "Arith")
		var network memnet.Network
		serve(t, &network, registry.Handler(s))
		list, err := newClient(t, &network, registry.ClientOptions{}).Instances(t.Context(), "Arith")
		require.NoError(t, err, "trap F7: a list that the registry accepts and its client refuses")
		require.Len(t, list, room)
	})
}

func TestAServiceIsFullByItsBytesToo(t *testing.T) {
	s := newStore()
	room := crowd(t, s, "Arith")
	size := len(send(registry.Handler(s), "GET", "/services/Arith", "", "").Body.Bytes())
	require.LessOrEqual(t, size, registry.MaxServiceBytes)
	require.Greater(t, size, registry.MaxServiceBytes*99/100, "what it is charged for is what it takes")
	err := put(s, largest("Arith", room))
	require.ErrorContains(t, err, "too many instances: Arith has ")
	require.ErrorContains(t, err, " bytes of 8388608")
	require.NoError(t, put(s, largest("Slow", 0)), "another service has room")
}

func TestAStoreIsFullByItsBytesToo(t *testing.T) {
	s := crowded(t)
	require.ErrorContains(t, put(s, largest("Other", 0)), "too many instances: the registry holds ")
	_, listed := s.Services()["Other"]
	require.False(t, listed, "a service whose first instance is refused is not on the list")
	require.NoError(t, remove(s, "Service0", largest("Service0", 0).ID))
	require.NoError(t, put(s, largest("Other", 1)))
}

func TestAnInstanceThatLeavesOrShrinksMakesRoom(t *testing.T) {
	s := newStore()
	room := crowd(t, s, "Arith")
	large, small := largest("Arith", 0), largest("Arith", 0)
	small.Metadata = nil
	require.NoError(t, put(s, large), "who replaces itself takes no room")
	require.NoError(t, put(s, small))
	require.NoError(t, put(s, large), "the room that it had is there for it again")

	require.NoError(t, put(s, small))
	require.NoError(t, put(s, largest("Arith", room)), "and for another")
	for range 300 {
		require.ErrorIs(t, put(s, large), registry.ErrFull, "a replacement that is refused gives no room back")
	}
	require.Nil(t, s.Instances("Arith")[0].Metadata, "who cannot grow stays as it was")

	require.NoError(t, remove(s, "Arith", largest("Arith", 1).ID))
	require.NoError(t, put(s, large))
}

// fill puts n instances into the store, at most MaxServiceInstances under
// one service.
func fill(tb testing.TB, s *registry.Store, n int) {
	for i := range n {
		service := fmt.Sprintf("Service%d", i/registry.MaxServiceInstances)
		addr := fmt.Sprintf("10.%d.%d.%d:1234", i>>16, i>>8&0xff, i&0xff)
		require.NoError(tb, put(s, registry.Instance{Service: service, Addr: addr, Weight: 1}))
	}
}

func TestAStoreIsFullAtItsLimit(t *testing.T) {
	s := newStore()
	fill(t, s, registry.MaxInstances)
	more := instance("Other", "one-more", "127.0.0.1:1")
	err := put(s, more)
	require.ErrorIs(t, err, registry.ErrFull)
	require.EqualError(t, err, "too many instances: the registry holds 100000")
	require.NoError(t, remove(s, "Service0", s.Instances("Service0")[0].ID))
	require.NoError(t, put(s, more), "one has left, so there is room for one")
	require.ErrorIs(t, put(s, instance("Other", "two-more", "127.0.0.1:2")), registry.ErrFull)
}

// endless answers with a list that nothing follows but white space, for ever.
type endless struct{ asked func() }

func (e endless) RoundTrip(r *http.Request) (*http.Response, error) {
	e.asked()
	body := io.MultiReader(strings.NewReader(`{}`), e)
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(body)}, nil
}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAnEndlessAnswerIsGivenUp(t *testing.T) {
	asked := func() {}
	c, err := registry.NewClient("http://"+address, registry.ClientOptions{Transport: endless{func() { asked() }}})
	require.NoError(t, err)
	_, err = c.Services(t.Context())
	require.EqualError(t, err, "registry http://registry:8500: GET services: the answer exceeds 67109888 bytes")
	_, err = c.Instances(t.Context(), "Arith")
	require.EqualError(t, err, "registry http://registry:8500: GET services/Arith: the answer exceeds 8389632 bytes")
	ctx, cancel := context.WithCancel(t.Context())
	asked = cancel // or else it would try again
	_, err = c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
	require.ErrorContains(t, err, "POST register: the answer exceeds 65536 bytes")
}

func TestAServiceIsFullAtItsLimit(t *testing.T) {
	s := newStore()
	fill(t, s, registry.MaxServiceInstances)
	err := put(s, instance("Service0", "one-more", "127.0.0.1:1"))
	require.ErrorIs(t, err, registry.ErrFull)
	require.EqualError(t, err, "too many instances: Service0 has 10000")
	require.NoError(t, put(s, s.Instances("Service0")[0]), "replacing takes no room")
	require.NoError(t, put(s, instance("Other", "a", "127.0.0.1:1")), "another service has room")
}
