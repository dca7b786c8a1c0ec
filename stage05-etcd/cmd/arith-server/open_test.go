//go:build unix

package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

func TestOnlyWithoutTLSIsAnAddressThatOthersReachWarnedOf(t *testing.T) {
	t.Parallel()
	_, ofServer, _ := certstest.New(t)
	args := []string{"-registry", "", "-listen", "0.0.0.0:0", "-grpc", "0.0.0.0:0"}
	for _, tt := range []struct {
		args     []string
		warnings int
	}{{args, 2}, {certstest.Args(ofServer, args...), 0}} {
		p := cmdtest.Start(t, tt.args...)
		p.Line()
		p.Signal(os.Interrupt)
		require.Equal(t, tt.warnings, strings.Count(p.Wait().Stderr, "WARN whoever reaches this address is served"))
	}
}
