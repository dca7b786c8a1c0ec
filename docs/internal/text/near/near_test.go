package near_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/text/near"
)

func TestTheNearestNameIsFound(t *testing.T) {
	names := []string{"Store.Put", "Store.find", "Store.Beat", "jitter"}
	for name, want := range map[string]string{
		"find":       "Store.find",
		"Store.fnid": "Store.find",
		"jiter":      "jitter",
		"Store.put":  "Store.Put",
		"x.jitter":   "jitter",
	} {
		require.Equal(t, want, near.Name(name, names), name)
	}
	require.Empty(t, near.Name("find", nil))
}
