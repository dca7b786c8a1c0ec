package codec_test

import (
	"net/rpc"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

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
		"which hold themselves":   defines(8193, listOf(8193)) + defines(8194, listOf(8193)),
	} {
		fields := structOf([]string{"Held"}, 8195)
		if name == "which hold themselves" {
			fields = structOf([]string{"First", "Held"}, 8193, 8194)
		}
		body += defines(8195, mapOf(8193, 8194)) + defines(8196, fields) + message(number(2*8196)+"\x00")
		c := codec.NewServer(request(t, body), 1<<20)
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		into := any(new(struct{ Held map[time.Time]time.Time }))
		switch name {
		case "which look alike":
			into = new(struct{ Held map[[1]int][1]int })
		case "which hold themselves":
			into = new(struct{ First, Held List })
		}
		require.ErrorContains(t, c.ReadRequestBody(into), "by the definition of another", name)
	}
}
