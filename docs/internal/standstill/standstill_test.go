package standstill_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/standstill"
)

func TestAMachineThatGoesOnDoesNotStandStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := standstill.Watch()
		time.Sleep(time.Hour)
		require.Zero(t, end())
	})
}
