//go:build unix

package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
)

func TestOnlyWithoutTLSIsAnAddressThatOthersReachWarnedOf(t *testing.T) {
	t.Parallel()
	_, ofServer, _ := certstest.New(t)
	args := slices.Concat(quick[2:], []string{"-listen", "0.0.0.0:0"})
	for _, tt := range []struct {
		args     []string
		warnings int
	}{{args, 1}, {append(slices.Clone(args), "-listen-peer", "0.0.0.0:0"), 2}, {certstest.Args(ofServer, args...), 0}} {
		p := launch(t, tt.args...)
		p.Line()
		p.Signal(os.Interrupt)
		require.Equal(t, tt.warnings, strings.Count(p.Wait().Stderr, "WARN whoever reaches this address is served"))
	}
}
