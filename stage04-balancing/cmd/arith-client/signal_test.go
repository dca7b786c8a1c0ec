//go:build unix

package main

import (
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/internal/cmdtest"
)

// Bell rings when it is called for the first time.
type Bell struct {
	arith.Arith
	once sync.Once
	rang chan struct{}
}

// Multiply multiplies.
func (b *Bell) Multiply(args arith.Args, product *int) error {
	b.once.Do(func() { close(b.rang) })
	return b.Arith.Multiply(&args, product)
}

func TestAnInterruptedLoadStillPrintsItsTotal(t *testing.T) {
	t.Parallel()
	bell := &Bell{rang: make(chan struct{})}
	p := cmdtest.Start(t, "-addr", serve(t, "tcp", bell), "-rate", "50", "-for", "1h", "-json")
	<-bell.rang
	p.Signal(os.Interrupt)
	got := p.Wait()
	require.Zero(t, got.Code, got.Stderr)
	require.Empty(t, got.Stderr)
	_, total := parseLoad(t, got.Stdout)
	require.Positive(t, total.Sent)
	require.Equal(t, total.Sent, total.OK, "the interrupt has cut off calls in progress")
}
