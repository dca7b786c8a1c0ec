package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/arith"
	"example.com/workshop/stage01-rpc/internal/cmdtest"
)

// Sphinx answers nobody's question.
type Sphinx struct{}

// Multiply refuses.
func (Sphinx) Multiply(arith.Args, *int) error {
	return errors.New("what has four legs in the morning?")
}

func TestBroadcastPrintsAReceiptForEveryHostInOrder(t *testing.T) {
	t.Parallel()
	ok, dead, stuck, sphinx := serveArith(t), nobody(t), listen(t).Addr().String(), serve(t, "tcp", Sphinx{})
	got := cmdtest.Start(t, "-timeout", "2s", "broadcast", "7", "8", ok, dead, stuck, sphinx, ok).Wait()
	require.Equal(t, cmdtest.Outcome{Code: 1,
		Stdout: ok + " acknowledged: 7 * 8 = 56\n" +
			dead + " unreachable: " + refusal(t, dead) + "\n" +
			stuck + " timed out: Arith.Multiply on " + stuck + ": context deadline exceeded\n" +
			sphinx + " refused: Arith.Multiply on " + sphinx + ": what has four legs in the morning?\n" +
			ok + " acknowledged: 7 * 8 = 56\n",
		Stderr: "arith-client: 3 of 5 hosts did not acknowledge\n",
	}, got)
}

// Forger refuses with text that looks like another host's receipt.
type Forger struct{}

// Multiply refuses.
func (Forger) Multiply(arith.Args, *int) error {
	return errors.New("no\n127.0.0.1:1 acknowledged: 7 * 8 = 56\x1b[2J")
}

func TestAServersErrorIsNoMoreThanItsReceipt(t *testing.T) {
	t.Parallel()
	forger := serve(t, "tcp", Forger{})
	got := cmdtest.Start(t, "broadcast", "7", "8", forger).Wait()
	require.Equal(t, forger+" refused: Arith.Multiply on "+forger+`: no\n127.0.0.1:1 acknowledged: 7 * 8 = 56\x1b[2J`+"\n", got.Stdout)
}

func TestBroadcastThatAllHostsAcknowledgeExitsWith0(t *testing.T) {
	t.Parallel()
	one, other := serveArith(t), serveArith(t)
	got := cmdtest.Start(t, "broadcast", "7", "8", one, other).Wait()
	require.Equal(t, cmdtest.Outcome{
		Stdout: one + " acknowledged: 7 * 8 = 56\n" + other + " acknowledged: 7 * 8 = 56\n",
	}, got)
}
