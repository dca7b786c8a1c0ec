package registry_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

func TestWhoHasAnIDIsNamedSoThatItIsFound(t *testing.T) {
	has, wants := instance("Arith", "a", "127.0.0.1:1"), instance("Arith", "a", "127.0.0.1:2")
	has.Metadata = map[string]string{"started": "12:00", "pid": "7"}
	require.Equal(t, "127.0.0.1:1", registry.Holder(has, wants))
	wants.Addr = has.Addr
	require.Equal(t, "127.0.0.1:1 (pid=7, started=12:00)", registry.Holder(has, wants))
	has.Metadata["note"] = strings.Repeat("x", 256)
	require.Less(t, len(registry.Holder(has, wants)), 220, "one line of a log")
}
