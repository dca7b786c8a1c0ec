package client_test

import (
	"context"
	"errors"
	"net"
	"net/rpc"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/server"
)

// Mood answers a greeting as its host feels.
type Mood struct{ greet func(string) (string, error) }

func (m *Mood) Greet(name string, reply *string) (err error) {
	*reply, err = m.greet(name)
	return err
}

// feel serves a Mood.
func (n *nodes) feel(t *testing.T, addr string, greet func(string) (string, error)) {
	s := server.New(server.Options{Logger: quiet})
	require.NoError(t, s.Register(&Mood{greet}))
	go s.Serve(n.listen(t, addr), "tcp")
	t.Cleanup(func() { s.Shutdown(context.Background()) })
}

func TestABroadcastReturnsOneReceiptPerHostWhateverHappensToEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.feel(t, "well:1", func(name string) (string, error) { return "hello " + name, nil })
		n.feel(t, "panic:1", func(string) (string, error) { panic("oh no") })
		n.feel(t, "sullen:1", func(string) (string, error) { return "", errors.New("go away") })
		n.feel(t, "slow:1", func(name string) (string, error) { time.Sleep(time.Second); return "well, " + name, nil })
		n.feel(t, "slower:1", func(name string) (string, error) { time.Sleep(time.Minute); return name, nil })
		n.listen(t, "hole:1")                                               // where nobody accepts
		n.peer(t, "deaf:1", func(c net.Conn) { <-t.Context().Done() })      // and nobody reads
		n.peer(t, "rude:1", func(c net.Conn) { readRequest(c); c.Close() }) // and nobody answers

		hosts := []string{"slow:1", "well:1", "nobody:1", "hole:1", "panic:1", "sullen:1", "deaf:1", "slower:1", "rude:1", "well:1"}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		receipts := client.Broadcast[string](ctx, "tcp", hosts, "Mood.Greet", "Ann", n.options())
		require.Equal(t, 2*time.Second, time.Since(began), "the hosts are called at once")

		type line struct {
			Addr    string
			Outcome client.Outcome
			Reply   string
			Err     string
		}
		var got []line
		for _, r := range receipts {
			l := line{r.Addr, r.Outcome, r.Reply, ""}
			if r.Err != nil {
				l.Err = r.Err.Error()
			}
			got = append(got, l)
		}
		require.Empty(t, cmp.Diff(got, []line{
			{"slow:1", client.Acknowledged, "well, Ann", ""},
			{"well:1", client.Acknowledged, "hello Ann", ""},
			{"nobody:1", client.Unreachable, "", "dial mem nobody:1: " + syscall.ECONNREFUSED.Error()},
			{"hole:1", client.TimedOut, "", "dial mem hole:1: i/o timeout: context deadline exceeded"},
			{"panic:1", client.Refused, "", "Mood.Greet on panic:1: rpc: method crashed: Mood.Greet panicked"},
			{"sullen:1", client.Refused, "", "Mood.Greet on sullen:1: go away"},
			{"deaf:1", client.TimedOut, "", "Mood.Greet on deaf:1: context deadline exceeded"},
			{"slower:1", client.TimedOut, "", "Mood.Greet on slower:1: context deadline exceeded"},
			{"rude:1", client.Unreachable, "", "Mood.Greet on rude:1: unexpected EOF"},
			{"well:1", client.Acknowledged, "hello Ann", ""},
		}), "trap N8: a host without a receipt looks as if all was well")
		time.Sleep(time.Minute) // the slower host's method
	})
}

func TestABroadcastReturnsWithTheLastAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.feel(t, "well:1", func(string) (string, error) { return "hello", nil })
		n.feel(t, "slow:1", func(string) (string, error) { time.Sleep(time.Second); return "well", nil })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		client.Broadcast[string](ctx, "tcp", []string{"well:1", "slow:1"}, "Mood.Greet", "Ann", n.options())
		require.Equal(t, time.Second, time.Since(began))
	})
}

func TestABroadcastLeavesNoConnectionBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		hungUp := make(chan struct{})
		n.peer(t, "host:1", func(c net.Conn) {
			rpc.NewServer().ServeConn(c) // until the other side hangs up
			close(hungUp)
		})
		receipts := client.Broadcast[string](t.Context(), "tcp", []string{"host:1"}, "Mood.Greet", "Ann", n.options())
		require.Equal(t, client.Refused, receipts[0].Outcome)
		<-hungUp
	})
}

func TestABroadcastToNobodyHasNoReceipts(t *testing.T) {
	require.Empty(t, client.Broadcast[string](t.Context(), "tcp", nil, "Mood.Greet", "Ann", client.Options{}))
}
