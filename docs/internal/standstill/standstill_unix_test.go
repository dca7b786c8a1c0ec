//go:build unix

package standstill_test

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/standstill"
)

func TestAProcessThatIsStoppedStandsStill(t *testing.T) {
	t.Parallel()
	end := standstill.Watch()
	// The child stops this process, its parent, and lets it go on after half a second.
	pid := strconv.Itoa(os.Getpid())
	child := exec.Command("sh", "-c", "kill -STOP "+pid+"; sleep 0.5; kill -CONT "+pid)
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, child.Run())
	require.GreaterOrEqual(t, end(), 400*time.Millisecond)
}
