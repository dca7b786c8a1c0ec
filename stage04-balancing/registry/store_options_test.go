package registry_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/registry"
)

func TestEvictionsDoNotFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var buf logtest.Buffer
		s := sweeping(t, registry.Options{Logger: buf.Logger()})
		for i := range 500 {
			_, err := s.Put(instance("Arith", fmt.Sprint(i), "127.0.0.1:1"), "", registry.MinTTL)
			require.NoError(t, err)
		}
		time.Sleep(5 * time.Second)
		require.Empty(t, s.Instances("Arith"))
		require.Equal(t, 24, strings.Count(buf.String(), "msg=evicted"), "20, and the 32nd, 64th, 128th and 256th")
	})
}
