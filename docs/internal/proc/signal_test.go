//go:build unix

package proc_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestKillEndsTheWholeFamily(t *testing.T) {
	said := make(lines, 1)
	c := command("launcher")
	c.Stdout = said
	p, _, err := newGroup(t, time.Minute).Listen(t.Context(), c)
	require.NoError(t, err)
	grandchild := pidIn(t, <-said)
	require.NoError(t, p.Kill())
	<-p.Done()
	requireGone(t, grandchild)
}

func TestOnLinuxAChildDiesWithAParentThatIsKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ties a child's life to its parent's")
	}
	said := make(lines, 1)
	c := command("parent")
	c.Stdout = said
	p, _, err := newGroup(t, time.Minute).Listen(t.Context(), c)
	require.NoError(t, err)
	child := pidIn(t, <-said)
	require.NoError(t, p.Kill())
	<-p.Done()
	requireGone(t, child)
}

func TestAFrozenProcessAnswersOnlyAfterItsThaw(t *testing.T) {
	in, typed, err := os.Pipe()
	require.NoError(t, err)
	defer typed.Close()
	answers := make(lines, 1)
	c := command("echoes")
	c.Stdout, c.Stdin = answers, in
	p, _, err := newGroup(t, time.Minute).Listen(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, in.Close())

	require.NoError(t, p.Freeze())
	require.Eventually(t, func() bool { return state(p.PID()) == "T" }, time.Minute, time.Millisecond)
	_, err = typed.WriteString("hello\n")
	require.NoError(t, err)
	require.Empty(t, answers)
	require.NoError(t, p.Thaw())
	require.Equal(t, "echo hello", <-answers)
}

func TestCloseStopsAFrozenProcessPolitely(t *testing.T) {
	group := newGroup(t, time.Minute)
	p, _, err := group.Listen(t.Context(), command("listens"))
	require.NoError(t, err)
	require.NoError(t, p.Freeze())
	require.NoError(t, group.Close())
	require.NoError(t, p.Err())
}

func TestAChildDoesNotGetTheParentsCtrlC(t *testing.T) {
	p, _, err := newGroup(t, time.Minute).Listen(t.Context(), command("listens"))
	require.NoError(t, err)
	group, err := syscall.Getpgid(p.PID())
	require.NoError(t, err)
	require.Equal(t, p.PID(), group, "a terminal signals the parent's process group; the child leads its own")
}

func pidIn(t *testing.T, line string) int {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimPrefix(line, "child "))
	require.NoError(t, err)
	return pid
}

// requireGone waits until no such process runs. A process that waits for init
// to collect it counts as gone.
func requireGone(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		return syscall.Kill(pid, 0) == syscall.ESRCH || state(pid) == "Z"
	}, 10*time.Second, time.Millisecond)
}
