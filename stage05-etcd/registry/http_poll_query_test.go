package registry_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

func TestABadPollIsRefusedWithTheFieldsName(t *testing.T) {
	h := registry.Handler(newStore())
	for query, want := range map[string]answer{
		"revision=-1":                   {`"-1" is not a whole number`, "revision"},
		"revision=1.5":                  {`"1.5" is not a whole number`, "revision"},
		"revision=latest":               {`"latest" is not a whole number`, "revision"},
		"revision=18446744073709551616": {`"18446744073709551616" is not a whole number`, "revision"},
		"wait=30":                       {`"30" is not a duration of at most 5m0s`, "wait"},
		"wait=-1s":                      {`"-1s" is not a duration of at most 5m0s`, "wait"},
		"wait=5m1ns":                    {`"5m1ns" is not a duration of at most 5m0s`, "wait"},
		"revision=%zz":                  {`invalid URL escape "%zz"`, "query"},
		"revision=1;wait=1s":            {"invalid semicolon separator in query", "query"},
		"revision=1&revision=2":         {"given twice", "revision"},
		"wait=1s&wait=1s":               {"given twice", "wait"},
		"revison=1":                     {"unknown field", "revison"},
		"revision=1&wait=ages":          {`"ages" is not a duration of at most 5m0s`, "wait"},
	} {
		w := send(h, http.MethodGet, "/services/Arith?"+query, "", "")
		require.Equal(t, http.StatusBadRequest, w.Code, query)
		require.Empty(t, cmp.Diff(decoded[answer](t, w), want), query)
	}
	for _, query := range []string{"", "revision=1&wait=5m", "wait=5m", "revision=", "revision=0&wait=0"} {
		require.Equal(t, http.StatusOK, send(h, http.MethodGet, "/services/Arith?"+query, "", "").Code, query)
	}
}
