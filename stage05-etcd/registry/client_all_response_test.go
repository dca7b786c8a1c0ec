package registry_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// all returns what a client makes of a response to GET /services.
func all(t *testing.T, response string) (lists map[string][]registry.Instance, err error) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, says(200, asJSON, response))
		lists, err = newClient(t, &network, registry.ClientOptions{}).Services(t.Context())
	})
	return lists, err
}

func TestTheListOfAllServicesIsBounded(t *testing.T) {
	const n = registry.MaxInstances
	lists, err := all(t, `{"Arith":[{}`+strings.Repeat(",{}", n/2-1)+`],"Slow":[{}`+strings.Repeat(",{}", n/2-1)+`]}`)
	require.NoError(t, err)
	require.Len(t, lists["Arith"], n/2)
	require.Len(t, lists["Slow"], n/2)

	services := new(strings.Builder)
	for i := range n {
		fmt.Fprintf(services, `"%d":[],`, i)
	}
	for name, c := range map[string]struct{ response, want string }{
		"instances":        {`{"Arith":[{}` + strings.Repeat(",{}", n/2) + `],"Slow":[{}` + strings.Repeat(",{}", n/2-1) + `]}`, "more than 100000 instances"},
		"services":         {"{" + services.String() + `"Arith":[]}`, "more than 100000 services"},
		"half of it":       {`{"Arith":[{}`, "unexpected EOF"},
		"nothing":          {``, "unexpected EOF"},
		"no list":          {`{"Arith":{}}`, "{ where [ should be"},
		"no JSON":          {`{"Arith":[?]}`, "invalid character '?'"},
		"another instance": {`{"Arith":[{"weight":"heavy"}]}`, "cannot unmarshal string"},
	} {
		lists, err := all(t, c.response)
		require.ErrorContains(t, err, "GET services: bad answer: ", name)
		require.ErrorContains(t, err, c.want, name)
		require.Empty(t, lists)
	}
}
