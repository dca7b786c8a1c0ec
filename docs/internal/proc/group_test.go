package proc_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/proc"
)

// noDeadline is for children that answer at once.
var noDeadline = context.Background()

// newGroup makes a group that the test closes.
func newGroup(t *testing.T, grace time.Duration) *proc.Group {
	t.Helper()
	group := proc.NewGroup(grace)
	t.Cleanup(func() { require.NoError(t, group.Close()) })
	return group
}

func TestListenReturnsEveryAddressOfTheFirstLine(t *testing.T) {
	_, addrs, err := newGroup(t, time.Minute).Listen(t.Context(), command("listens"))
	require.NoError(t, err)
	require.Equal(t, []string{"127.0.0.1:1", "127.0.0.1:2"}, addrs)
}

func TestListenPassesOnWhatFollowsTheFirstLine(t *testing.T) {
	rest := make(lines, 1)
	c := command("listens")
	c.Stdout = rest
	group := newGroup(t, time.Minute)
	_, _, err := group.Listen(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, group.Close())
	require.Equal(t, "goodbye", <-rest)
}

func TestListenExplainsACommandThatDoesNot(t *testing.T) {
	for part, want := range map[string]string{
		"fails":      "fails: exit status 3: the port is taken",
		"panics":     "panics: exit status 2: panic: no space left",
		"threadless": "threadless: exit status 2: runtime/cgo: pthread_create failed: Resource temporarily unavailable",
		"chatty":     `chatty: its first line is "hello there", not "listening HOST:PORT"`,
	} {
		_, _, err := newGroup(t, time.Minute).Listen(t.Context(), command(part))
		require.EqualError(t, err, want)
	}
}

func TestListenGivesUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, _, err := newGroup(t, time.Minute).Listen(ctx, command("mute"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "mute did not say that it listens")
}

func TestStartNamesACommandThatDoesNotExist(t *testing.T) {
	_, err := newGroup(t, time.Minute).Start(proc.Command{Name: "ghost", Path: "./no such command"})
	require.ErrorContains(t, err, "start ghost")
}

func TestCloseAsksFirst(t *testing.T) {
	group := proc.NewGroup(time.Minute)
	p, _, err := group.Listen(t.Context(), command("listens"))
	require.NoError(t, err)
	require.NoError(t, group.Close())
	require.NoError(t, p.Err(), "a process that is asked ends with status 0; a killed one does not")
}

func TestCloseKillsWhatDoesNotListen(t *testing.T) {
	group := proc.NewGroup(50 * time.Millisecond)
	var all []*proc.Process
	for range 3 {
		p, _, err := group.Listen(t.Context(), command("stubborn"))
		require.NoError(t, err)
		all = append(all, p)
	}
	require.NoError(t, group.Close())
	for _, p := range all {
		<-p.Done()
		require.Error(t, p.Err())
	}
}

func TestCloseStopsWhatServesOthersAfterThem(t *testing.T) {
	group := proc.NewGroup(200 * time.Millisecond)
	serves := command("listens")
	serves.Serves = true
	first, _, err := group.Listen(t.Context(), serves)
	require.NoError(t, err)
	second, _, err := group.Listen(t.Context(), command("stubborn"))
	require.NoError(t, err)
	closed := make(chan error, 1)
	go func() { closed <- group.Close() }()
	<-first.Done()
	select {
	case <-second.Done():
	default:
		require.Fail(t, "what serves others has ended before them")
	}
	require.NoError(t, <-closed)
	require.NoError(t, first.Err())
}

func TestRunReturnsWhatTheCommandCameTo(t *testing.T) {
	said := new(strings.Builder)
	c := command("fails")
	c.Stdout, c.Stderr = said, said
	require.EqualError(t, proc.Run(t.Context(), c), "fails: exit status 3")
	require.Equal(t, "a first line\nthe port is taken\n", said.String())
}

func TestRunStopsTheCommandWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := command("chatty") // it says something once it can hear an interrupt
	said := make(lines, 1)
	c.Stdout = said
	go func() { <-said; cancel() }()
	require.ErrorIs(t, proc.Run(ctx, c), context.Canceled)
}

func TestAClosedGroupStartsNothing(t *testing.T) {
	group := proc.NewGroup(time.Minute)
	require.NoError(t, group.Close())
	_, err := group.Start(command("mute"))
	require.ErrorIs(t, err, proc.ErrClosed)
	require.NoError(t, group.Close())
}

func TestErrTellsHowTheProcessEnded(t *testing.T) {
	group := newGroup(t, time.Minute)
	p, err := group.Start(command("fails"))
	require.NoError(t, err)
	<-p.Done()
	require.EqualError(t, p.Err(), "fails: exit status 3: the port is taken")
	require.Equal(t, []string{"a first line", "the port is taken"}, p.Stderr())
	require.NoError(t, p.Kill(), "to signal an ended process is no error")
}

func TestStderrKeepsTheLastLinesOfALongStream(t *testing.T) {
	p, err := newGroup(t, time.Minute).Start(command("verbose"))
	require.NoError(t, err)
	<-p.Done()
	got := p.Stderr()
	require.Len(t, got, 21)
	require.Equal(t, "line 11", got[0])
	require.Len(t, got[19], 4096, "a long line is cut")
	require.Equal(t, "no line end", got[20])
}
