package codec_test

import (
	"net/rpc"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
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

// Two types that look like others.
type (
	Names  []string
	Labels struct{ ByName map[string]string }
)

func TestTwoTypesAreReadIntoOneIfTheyLookAlike(t *testing.T) {
	labels := map[string]string{"a": "b"}
	for name, tt := range map[string]struct{ sent, into, want any }{
		"lists":            {Pair[[]string, Names]{[]string{"a"}, Names{"b"}}, new(Pair[[]string, []string]), &Pair[[]string, []string]{[]string{"a"}, []string{"b"}}},
		"numbers":          {Pair[[]int32, []int64]{[]int32{1}, []int64{2}}, new(Pair[[]int, []int]), &Pair[[]int, []int]{[]int{1}, []int{2}}},
		"structs":          {Pair[Tags, Labels]{Tags{labels}, Labels{labels}}, new(Pair[Tags, Tags]), &Pair[Tags, Tags]{Tags{labels}, Tags{labels}}},
		"lists of structs": {Pair[[]Tags, []Labels]{[]Tags{{labels}}, []Labels{{labels}}}, new(Pair[[]Tags, []Tags]), &Pair[[]Tags, []Tags]{[]Tags{{labels}}, []Tags{{labels}}}},
	} {
		c := codec.NewServer(wire{requests(t, tt.sent)}, 1<<20)
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		require.NoError(t, c.ReadRequestBody(tt.into), name)
		require.Equal(t, tt.want, tt.into, name)
	}
}

// TestOneFieldHasOneTypeForEachGoType: gob refuses two, and only after it has compiled the
// fields before that one, for each value again.
func TestOneFieldHasOneTypeForEachGoType(t *testing.T) {
	const encodesItself = "\x05"
	for name, body := range map[string]string{
		"which encode themselves": defines(8193, encodesItself) + defines(8194, encodesItself),
		"which look alike":        defines(8193, arrayOf(2, 1)) + defines(8194, arrayOf(2, 1)),
	} {
		body += defines(8195, mapOf(8193, 8194)) + defines(8196, structOf([]string{"Held"}, 8195)) + message(number(2*8196)+"\x00")
		c := codec.NewServer(request(t, body), 1<<20)
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		into := any(new(struct{ Held map[time.Time]time.Time }))
		if name == "which look alike" {
			into = new(struct{ Held map[[1]int][1]int })
		}
		require.ErrorContains(t, c.ReadRequestBody(into), "by the definition of another", name)
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
