package registry_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestARegistryThatAlwaysAnswersAtOnceIsNotRunDown(t *testing.T) {
	for name, list := range map[string]string{
		"with the same list": `[]`,
		"with another list":  `[{"service":"Arith","addr":"127.0.0.1:1","version":"%d"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var polls atomic.Int64
				serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					text := `{"revision":%d,"instances":` + list + `}`
					fmt.Fprint(w, strings.ReplaceAll(text, "%d", fmt.Sprint(polls.Add(1))))
				}))
				w := watch(t, &network, registry.ClientOptions{})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				var err error
				for err == nil {
					_, err = w.Next(ctx)
				}
				require.InDelta(t, 50+10*100, polls.Load(), 2, "a burst of 50, and 100 per second")
			})
		})
	}
}

func TestAWatcherPollsLessOftenTheLongerTheRegistryIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var polls atomic.Int64
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			polls.Add(1)
			w.WriteHeader(http.StatusInternalServerError)
		}))
		noneFor(t, watch(t, &network, registry.ClientOptions{}), 10*time.Minute)
		require.InDelta(t, 240, polls.Load(), 80, "every 2.5 s on average, because the longest pause is 5 s")
	})
}

func TestChangesAtTheirUsualPaceArriveAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		serve(t, &network, h)
		w := watch(t, &network, registry.ClientOptions{})
		next(t, w)
		for i := range 1000 {
			in := instance("Arith", "a", "127.0.0.1:1")
			in.Weight = i
			time.AfterFunc(12*time.Millisecond, func() { put(s, in) })
			_, took := next(t, w)
			require.Equal(t, 12*time.Millisecond, took)
		}
		noneFor(t, w, time.Second)
		for i := range 50 { // a fleet that is started all at once
			require.NoError(t, put(s, instance("Arith", fmt.Sprint(i), "127.0.0.1:1")))
			_, took := next(t, w)
			require.Zero(t, took)
		}
	})
}

func TestARegistryWhoseAnswersTakeLongToReadIsAskedTheLess(t *testing.T) {
	for reading, every := range map[time.Duration]time.Duration{
		100 * time.Millisecond: 410 * time.Millisecond, // a fifth of the time goes into reading
		8 * time.Second:        20 * time.Second,       // however long it takes
	} {
		t.Run(reading.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var polls atomic.Int64
				serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					fmt.Fprintf(w, `{"revision":%d,"instances":`, polls.Add(1))
					http.NewResponseController(w).Flush()
					time.Sleep(reading)
					fmt.Fprintf(w, `[{"service":"Arith","addr":"127.0.0.1:1","version":"%d"}]}`, polls.Load())
				}))
				w := watch(t, &network, registry.ClientOptions{Timeout: time.Minute})
				ctx, cancel := context.WithTimeout(t.Context(), 150*every)
				defer cancel()
				for err := error(nil); err == nil; {
					_, err = w.Next(ctx)
				}
				require.InDelta(t, 150, polls.Load(), 3)
			})
		})
	}
}

func TestEntriesThatAreMalformedInAnotherWayEachTimeDoNotFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var polls atomic.Int64
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"revision":%d,"instances":[%[1]d]}`, polls.Add(1))
		}))
		var log logtest.Buffer
		w := watch(t, &network, registry.ClientOptions{Logger: log.Logger()})
		next(t, w)
		noneFor(t, w, 9*time.Second)
		require.Greater(t, polls.Load(), int64(900))
		require.LessOrEqual(t, strings.Count(log.String(), "malformed"), 30)
	})
}
