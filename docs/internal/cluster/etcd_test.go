package cluster_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/stages"
)

// nodes returns the names of the registry's nodes that run.
func nodes(c *cluster.Cluster) (names []string) {
	for _, n := range c.Nodes() {
		select {
		case <-n.Process().Done():
		default:
			names = append(names, n.Name)
		}
	}
	return names
}

// addresses are those of all nodes.
func addresses(c *cluster.Cluster) (all []string) {
	for _, n := range c.Nodes() {
		all = append(all, n.Addr)
	}
	return all
}

func TestARegistryOfThreeNodesLosesItsLeaderAndGoesOn(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true, Etcd: true})
	at := addresses(c)
	require.Equal(t, "etcd://"+at[0]+","+at[1]+","+at[2], c.RegistryURL())
	requireServed(t, c, addrs(c, "A"))

	what, err := c.KillRegistry(t.Context())
	require.NoError(t, err)
	require.Equal(t, "the leader of etcd, n1, is killed (SIGKILL)", what)
	require.Equal(t, []string{"n2", "n3"}, nodes(c))
	listed, err := c.List(t.Context())
	require.NoError(t, err)
	require.Equal(t, addrs(c, "A", "B"), listed)

	what, err = c.SilenceRegistry(t.Context())
	require.NoError(t, err)
	require.Equal(t, "2 of 3 nodes of etcd are dead (SIGKILL)", what)
	require.Equal(t, []string{"n3"}, nodes(c), "the dead one counts")
	_, err = c.List(t.Context())
	require.ErrorContains(t, err, "503")
	_, err = c.KillRegistry(t.Context())
	require.ErrorContains(t, err, "etcd has no leader")

	third := c.Nodes()[2].Process()
	what, err = c.ReviveRegistry(t.Context())
	require.NoError(t, err)
	require.Equal(t, "2 nodes of etcd start again", what)
	require.Equal(t, []string{"n1", "n2", "n3"}, nodes(c))
	require.Equal(t, at, addresses(c))
	require.Same(t, third, c.Nodes()[2].Process(), "who lived goes on")
}

// Or it would wait a second for each that is not ready to answer it.
func TestANodeStartsWhenThoseBeforeItAnswer(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true, Etcd: true})
	for _, when := range []string{"at first", "without its data"} {
		for _, n := range c.Nodes() {
			require.Empty(t, n.Process().Stderr(), n.Name+" "+when)
		}
		_, err := c.RenewRegistry(t.Context())
		require.NoError(t, err)
	}
}

func TestARegistryOfThreeNodesStartsAgain(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true, Etcd: true})
	at, before := addresses(c), c.Nodes()[0].Process()
	_, err := c.KillRegistry(context.Background())
	require.NoError(t, err)
	what, err := c.RestartRegistry(t.Context())
	require.NoError(t, err)
	require.Equal(t, "all 3 nodes of etcd are killed and start again", what)
	require.NotEqual(t, before.PID(), c.Nodes()[0].Process().PID())
	require.Equal(t, []string{"n1", "n2", "n3"}, nodes(c))
	require.Equal(t, at, addresses(c))
}

func TestOnlyARegistryThatIsRenewedLosesItsData(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	c := startIn(t, data, stages.Offers{Registry: true, Etcd: true})
	at, before := addresses(c), c.Nodes()[2].Process()
	dirs, err := filepath.Glob(filepath.Join(data, "etcd-*"))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	kept := filepath.Join(dirs[0], "n2", "member") // which the fakes do not write
	require.NoError(t, os.MkdirAll(kept, 0o755))
	_, err = c.RestartRegistry(t.Context())
	require.NoError(t, err)
	require.DirExists(t, kept)

	what, err := c.RenewRegistry(t.Context())
	require.NoError(t, err)
	require.Equal(t, "all 3 nodes of etcd are killed, lose their data and start again", what)
	require.NoDirExists(t, kept)
	<-before.Done()
	require.Equal(t, at, addresses(c))
}
