package embedded_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever copies one of the other packages must not find the tree of etcd's
// server in their go.mod: only this package, cmd/etcd and tests embed it, and
// what serves tests has a name that ends in test.
func TestNothingButCmdEtcdNeedsEtcdsServer(t *testing.T) {
	t.Parallel()
	const module = "example.com/workshop/stage05-etcd/"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, module+"...").Output()
	require.NoError(t, err)
	var need []string
	for line := range strings.Lines(string(out)) {
		path, deps, _ := strings.Cut(line, " ")
		if strings.Contains(" "+deps, " go.etcd.io/etcd/server/") && !strings.HasSuffix(path, "test") {
			need = append(need, strings.TrimPrefix(path, module))
		}
	}
	require.Equal(t, []string{"cmd/etcd", "internal/embedded"}, need)
}
