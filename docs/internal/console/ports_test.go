package console_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
)

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	require.NoError(t, console.Free("127.0.0.1:0"))
	require.ErrorContains(t, console.Free("127.0.0.1:0", l.Addr().String()), "the pages' commands need "+l.Addr().String()+": stop what listens there: ")
}
