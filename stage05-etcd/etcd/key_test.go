package etcd_test

import (
	"testing"
)

// E6: the service's prefix ends in a slash.
func TestServicesWhoseNamesBeginAlikeAreKeptApart(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client := raw(t, n.Addr())
	far := server("a", "10.0.0.1:1")
	far.Service = "Arithmetic"
	store(t, client, opts, far)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w)
	store(t, client, opts, server("a", "10.0.0.1:1"))
	shows(t, w, server("a", "10.0.0.1:1"))
}
