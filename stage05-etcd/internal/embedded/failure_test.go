package embedded_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/internal/embedded"
)

func TestWhatMakesEtcdGiveUpIsAnErrorWithItsCause(t *testing.T) {
	log := embedded.GiveUp(zap.NewNop()).Named("etcd")
	for _, giveUp := range []func(string, ...zap.Field){log.Panic, log.Fatal} {
		_, err := embedded.Failed(func() (int, error) {
			giveUp("failed to create WAL", zap.String("path", "member"), zap.Error(syscall.ENOSPC))
			return 7, nil
		})
		require.EqualError(t, err, "failed to create WAL: "+syscall.ENOSPC.Error())
		require.ErrorIs(t, err, syscall.ENOSPC)
	}
	started, err := embedded.Failed(func() (int, error) { return 7, nil })
	require.NoError(t, err)
	require.Equal(t, 7, started)
	require.PanicsWithValue(t, "a mistake", func() {
		embedded.Failed(func() (int, error) { panic("a mistake") })
	})
}
