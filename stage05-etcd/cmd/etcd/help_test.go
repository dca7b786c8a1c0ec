package main

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestHelpShowsExamplesAndEveryFlag(t *testing.T) {
	t.Parallel()
	got := launch(t, "-h").wait()
	require.Zero(t, got.code)
	require.Empty(t, got.stderr)
	require.Contains(t, got.stdout, "\n\n  etcd ", "the help has no example")
	require.Contains(t, got.stdout, "\n  etcd -nodes 3 ")
	var listed []string
	for _, flag := range regexp.MustCompile(`(?m)^  -([a-z0-9-]+)`).FindAllStringSubmatch(got.stdout, -1) {
		listed = append(listed, flag[1])
	}
	require.Empty(t, cmp.Diff(listed, []string{
		"child", "cluster", "data", "election-timeout", "heartbeat-interval", "listen", "listen-peer", "name", "nodes",
		"temporary", "tls-ca", "tls-cert", "tls-key",
	}))
}
