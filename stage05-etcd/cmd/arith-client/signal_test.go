//go:build unix

package main

import (
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
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
	p := start(t, "-addr", serve(t, "tcp", bell), "-rate", "50", "-for", "1h", "-json")
	<-bell.rang
	p.signal(os.Interrupt)
	got := p.wait()
	require.Zero(t, got.code, got.stderr)
	require.Empty(t, got.stderr)
	_, total := parseLoad(t, got.stdout)
	require.Positive(t, total.Sent)
	require.Equal(t, total.Sent, total.OK, "the interrupt has cut off calls in progress")
}
