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

func TestOnlyANameThatIsNearIsLikely(t *testing.T) {
	names := []string{"Store.Put", "Store.find", "Store.Beat", "clock.now", "doubled-ttl", "beat-without-lease"}
	for typed, want := range map[string]string{
		"fnid":               "Store.find",
		"store.putt":         "Store.Put",
		"doubled":            "doubled-ttl",
		"doubled-tll":        "doubled-ttl",
		"beat-wihtout-leese": "beat-without-lease",
		"foo":                "",
		"sweep":              "",
		"WRONG":              "",
		"be":                 "",
		"":                   "",
	} {
		require.Equal(t, want, near.Likely(typed, names), typed)
	}
}
