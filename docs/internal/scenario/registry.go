package scenario

import (
	"context"
	"errors"
	"fmt"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
)

// KillRegistry crashes the machine that the registry needs most.
func KillRegistry() Action { return toRegistry(measure.Fault, (*cluster.Cluster).KillRegistry) }

// SilenceRegistry crashes as few of the registry's machines as are needed to stop it from
// working.
func SilenceRegistry() Action { return toRegistry(measure.Fault, (*cluster.Cluster).SilenceRegistry) }

// ReviveRegistry starts the registry's crashed machines again.
func ReviveRegistry() Action { return toRegistry(measure.Heal, (*cluster.Cluster).ReviveRegistry) }

// RestartRegistry starts the whole registry again at its addresses, after killing what
// still runs.
func RestartRegistry() Action { return toRegistry(measure.Heal, (*cluster.Cluster).RestartRegistry) }

// RenewRegistry starts the whole registry again at its addresses without its data, after
// killing what still runs.
func RenewRegistry() Action { return toRegistry(measure.Fault, (*cluster.Cluster).RenewRegistry) }

// FreezeRegistry suspends the whole registry.
func FreezeRegistry() Action { return toRegistry(measure.Fault, (*cluster.Cluster).FreezeRegistry) }

// ThawRegistry lets a frozen registry go on.
func ThawRegistry() Action { return toRegistry(measure.Heal, (*cluster.Cluster).ThawRegistry) }

// CutOffRegistry cuts the whole registry off from servers and clients. It needs a
// cluster with proxies, and so does CutOffNode.
func CutOffRegistry() Action { return toRegistry(measure.Fault, (*cluster.Cluster).CutOffRegistry) }

// HealRegistry ends what CutOffRegistry began.
func HealRegistry() Action { return toRegistry(measure.Heal, (*cluster.Cluster).HealRegistry) }

// CutOffNode cuts one process of the registry off from servers and clients. The
// other processes reach it.
func CutOffNode(name string) Action {
	return onNode(name, measure.Fault, (*cluster.Node).CutOff, "%s is cut off: it runs on, and no server or client reaches it")
}

// PartNode cuts one node of etcd off from the others, both ways. Servers and clients
// reach it. It needs a cluster with proxies.
func PartNode(name string) Action {
	return onNode(name, measure.Fault, (*cluster.Node).Part, "%s is cut off from the other nodes; servers and clients reach it")
}

// HealNode ends what CutOffNode and PartNode began.
func HealNode(name string) Action {
	return onNode(name, measure.Heal, (*cluster.Node).Heal, "everybody reaches %s again")
}

// PartLeader cuts the node that leads etcd off from the others, both ways, and if alone
// is set, from servers and clients too. The node runs on. PartLeader needs a cluster with
// proxies.
func PartLeader(alone bool) Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		name, err := w.Cluster.Leader(ctx)
		if name == "" {
			return measure.Mark{}, errors.Join(errors.New("etcd has no leader"), err)
		}
		n, err := w.Cluster.Node(name)
		if err != nil {
			return measure.Mark{}, err
		}
		what := "the other nodes; servers and clients reach it"
		if alone {
			what, err = "everybody, and runs on", n.CutOff()
		}
		return measure.Mark{Kind: measure.Fault, Text: "the leader of etcd, " + name + ", is cut off from " + what}, errors.Join(err, n.Part())
	}
}

// onNode makes an action out of something to do to one process of the registry.
func onNode(name string, kind measure.Kind, do func(*cluster.Node) error, text string) Action {
	return func(_ context.Context, w *World) (measure.Mark, error) {
		n, err := w.Cluster.Node(name)
		if err != nil {
			return measure.Mark{}, err
		}
		return measure.Mark{Kind: kind, Text: fmt.Sprintf(text, n.Called())}, do(n)
	}
}

func toRegistry(kind measure.Kind, do func(*cluster.Cluster, context.Context) (string, error)) Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		what, err := do(w.Cluster, ctx)
		return measure.Mark{Kind: kind, Text: what}, err
	}
}
