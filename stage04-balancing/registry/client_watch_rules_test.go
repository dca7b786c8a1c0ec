package registry_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

func TestAPollThatItsContextEndedIsRepeatedFromTheSameRevision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		queries := make(chan string, 100)
		h := registry.Handler(sweeping(t, registry.Options{}))
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			queries <- r.URL.RawQuery
			h.ServeHTTP(w, r)
		}))
		w := watch(t, &network, registry.ClientOptions{})
		first, _ := next(t, w)
		require.Equal(t, "Arith", first.Service)
		noneFor(t, w, time.Second)
		noneFor(t, w, time.Second)
		require.Len(t, queries, 3)
		<-queries // has no revision
		second := <-queries
		require.NotEmpty(t, second)
		require.Equal(t, second, <-queries)
	})
}

func TestEachOutageIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logtest.Buffer
		h := newHost(t, registry.Options{})
		w := watch(t, &h.network, registry.ClientOptions{Logger: log.Logger()})
		next(t, w)
		for n := range 2 {
			h.stop()
			next(t, w)
			noneFor(t, w, time.Hour)
			h.start()
			next(t, w)
			require.Equal(t, n+1, strings.Count(log.String(), "the registry does not answer"))
		}
	})
}
