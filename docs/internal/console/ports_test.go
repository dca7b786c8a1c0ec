package console_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
)

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:8600")
	if err == nil {
		defer l.Close()
	}
	require.ErrorContains(t, console.PortsFree(), "the pages' commands need 127.0.0.1:")
}
