package registry_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

// The responses are those of the other stages' registries.

func TestAListOfAnotherStageIsToldFromNonsense(t *testing.T) {
	err := ask(t, says(200, asJSON, `[]`))
	require.EqualError(t, err, "registry http://registry:8500: a list without a revision: this looks like the registry of stage 02 or 03")
}

func TestAnotherStagesRegistryIsToldFromARegistrationThatCannotWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, says(400, asJSON, `{"error":"unknown field","field":"lease"}`))
		_, err := newClient(t, &network, registry.ClientOptions{}).Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.EqualError(t, err, "registry http://registry:8500: lease: unknown field: this looks like the registry of stage 02")
	})
}
