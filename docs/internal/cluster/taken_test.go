package cluster_test

import (
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
)

// takes is a choice of ports of which somebody else takes the last one, as often as it
// says, before a process listens there.
type takes struct {
	t     *testing.T
	left  int
	asked int
}

func (p *takes) choose(count int) ([]string, error) {
	addrs, err := cluster.FreePorts(count)
	if p.asked++; err == nil && p.left > 0 {
		p.left--
		l, err := net.Listen("tcp", addrs[count-1])
		require.NoError(p.t, err)
		go http.Serve(l, http.NotFoundHandler()) // until it is closed; or nodes would wait for an answer
		p.t.Cleanup(func() { l.Close() })
	}
	return addrs, err
}

// startOn starts a stage of fakes with two servers on ports that are chosen so.
func startOn(t *testing.T, ports *takes, data string, offers stages.Offers) (*cluster.Cluster, error) {
	t.Helper()
	group := proc.NewGroup(5 * time.Second)
	t.Cleanup(func() { require.NoError(t, group.Close()) })
	bin := t.TempDir()
	require.NoError(t, fakestage.Install(bin, fakestage.Options{Second: 100 * time.Millisecond}))
	return cluster.StartOn(t.Context(), group, cluster.Options{
		Stage: stages.Stage{Offers: offers}, Bin: bin, Data: data, Servers: 2, TTL: 2 * time.Second, GRPC: offers.GRPC,
	}, ports.choose)
}

func TestAllNodesStartOnOtherPortsWhenOneIsTaken(t *testing.T) {
	t.Parallel()
	ports, data := &takes{t: t, left: 2}, t.TempDir()
	c, err := startOn(t, ports, data, stages.Offers{Registry: true, Etcd: true})
	require.NoError(t, err)
	require.Equal(t, 3, ports.asked)
	require.Equal(t, []string{"n1", "n2", "n3"}, nodes(c))
	listed, err := c.List(t.Context())
	require.NoError(t, err)
	require.Equal(t, addrs(c, "A", "B"), listed)
	kept, err := os.ReadDir(data)
	require.NoError(t, err)
	require.Len(t, kept, 1, "of the nodes that run")
}

func TestAServerSpeaksGRPCOnAnotherPortWhenItsOneIsTaken(t *testing.T) {
	t.Parallel()
	ports := &takes{t: t, left: 2}
	c, err := startOn(t, ports, t.TempDir(), stages.Offers{Registry: true, GRPC: true})
	require.NoError(t, err)
	require.Equal(t, 4, ports.asked)
	requireServed(t, c, addrs(c, "A"))
}

func TestPortsThatAreAlwaysTakenAreAnErrorInTheEnd(t *testing.T) {
	t.Parallel()
	ports, data := &takes{t: t, left: 100}, t.TempDir()
	_, err := startOn(t, ports, data, stages.Offers{Registry: true, Etcd: true})
	require.ErrorContains(t, err, "etcd: exit status 1: etcd: listen tcp 127.0.0.1:")
	require.Equal(t, 5, ports.asked)
	kept, err := os.ReadDir(data)
	require.NoError(t, err)
	require.Empty(t, kept)
}
