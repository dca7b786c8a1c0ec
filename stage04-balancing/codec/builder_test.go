package codec_test

import (
	"net/rpc"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/codec"
)

// A method takes two Tags, and gets a Count for one of them.
type (
	Tags  struct{ ByName map[string]string }
	Count struct{ N uint }
)

// Pair holds two values.
type Pair[A, B any] struct {
	First  A
	Second B
}

// TestAValueIsReadByItsOwnDefinition: gob would read the second field by the definition of
// the first, and make room for as many elements as the number says.
func TestAValueIsReadByItsOwnDefinition(t *testing.T) {
	tags, count := Tags{map[string]string{"a": "b"}}, Count{1 << 20}
	for name, tt := range map[string]struct{ sent, into any }{
		"fields":        {Pair[Tags, Count]{tags, count}, new(Pair[Tags, Tags])},
		"lists":         {Pair[[]Tags, []Count]{[]Tags{tags}, []Count{count}}, new(Pair[[]Tags, []Tags])},
		"pointers":      {Pair[*Tags, *Count]{&tags, &count}, new(Pair[*Tags, *Tags])},
		"within a list": {[]Pair[Tags, Count]{{tags, count}}, new([]Pair[Tags, Tags])},
		"no struct":     {Pair[Tags, uint]{tags, 1 << 20}, new(Pair[Tags, Tags])},
		"further in": {Pair[[1]Pair[int, Tags], map[string]Count]{[1]Pair[int, Tags]{{7, tags}}, map[string]Count{"a": count}},
			new(Pair[[1]Pair[int, Tags], map[string]Pair[int, Tags]])},
	} {
		t.Run(name, func(t *testing.T) {
			c := codec.NewServer(wire{requests(t, tt.sent, tags)}, 1<<20)
			require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
			var err error
			allocated := allocatedBy(func() { err = c.ReadRequestBody(tt.into) })
			require.Error(t, err)
			require.Less(t, allocated, uint64(1<<20), seeF5)
			require.NoError(t, c.ReadRequestHeader(new(rpc.Request)), "the next request")
			require.NoError(t, c.ReadRequestBody(&tags))
		})
	}
}

// Two types that look alike and do not mean the same.
type (
	Across struct {
		X, Y int
		On   []string
	}
	Down struct {
		Y, X int
		On   []string
	}
)

// TestFieldsAreNotTakenForOthers: gob would swap the second value's numbers, and say nothing.
func TestFieldsAreNotTakenForOthers(t *testing.T) {
	c := codec.NewServer(wire{requests(t, Pair[Across, Down]{Across{X: 1, Y: 2}, Down{X: 1, Y: 2}})}, 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	require.ErrorContains(t, c.ReadRequestBody(new(Pair[Across, Across])), "by the definition of another")
}
