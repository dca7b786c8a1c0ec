package codec_test

import (
	"io"
	"net/rpc"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

// Large is an element of which gob sends a byte if it is zero.
type Large struct {
	A    int
	Data [1024]byte
}

// Sealed encodes itself.
type Sealed struct{ Data [1024]byte }

func (s *Sealed) GobEncode() ([]byte, error) { return nil, nil }
func (s *Sealed) GobDecode([]byte) error     { return nil }

// zeros returns a request of one list, which has n elements.
func zeros(t *testing.T, list any, n int, element string) string {
	before, last := cutLast(requests(t, list).String())
	claim := strings.TrimSuffix(last, "\x00") + "\xfd" + string([]byte{byte(n >> 16), byte(n >> 8), byte(n)}) + strings.Repeat(element, n)
	return before + "\xfd" + string([]byte{byte(len(claim) >> 16), byte(len(claim) >> 8), byte(len(claim))}) + claim
}

func TestAValueTakesNotFarMoreMemoryThanItsMessage(t *testing.T) {
	for name, tt := range map[string]struct {
		list, into any
		element    string
	}{
		"structs":                 {[]Large{}, new([]Large), "\x00"},
		"pointers":                {[]*Large{}, new([]*Large), "\x00"},
		"maps":                    {[]map[string]Large{}, new([]map[string]Large), "\x01\x00\x00"},
		"arrays":                  {[][1]Large{}, new([][1]Large), "\x01\x00"},
		"which decode themselves": {[]Sealed{}, new([]Sealed), "\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			text := zeros(t, tt.list, 100_000, tt.element)
			c := codec.NewServer(wire{io.MultiReader(strings.NewReader(text), requests(t))}, 1<<20)
			require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
			allocated := allocatedBy(func() { require.ErrorContains(t, c.ReadRequestBody(tt.into), "64 times as much memory") })
			require.Less(t, allocated, uint64(4<<20), seeF5)
			require.Equal(t, io.EOF, c.ReadRequestHeader(new(rpc.Request)), "the message has been read whole")
		})
	}
}

// Branch holds itself without a list.
type Branch struct {
	Kids [8]*Branch
	Pad  [120]uint64
}

// TestATypeThatHoldsItselfByPointersTakesNoMoreEither: the types that were sent do not hold
// themselves, and no list is among them.
func TestATypeThatHoldsItselfByPointersTakesNoMoreEither(t *testing.T) {
	var body strings.Builder
	value := "\x00"
	for id := 8193; id < 8201; id += 2 { // 8193 holds eight of 8195, and so on
		body.WriteString(defines(id, structOf([]string{"Kids"}, id+1)) + defines(id+1, arrayOf(id+2, 8)))
		value = "\x01\x08" + strings.Repeat(value, 8) + "\x00"
	}
	body.WriteString(defines(8201, "\x03") + message(number(2*8193)+value))
	c := codec.NewServer(request(t, body.String()), 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	require.ErrorContains(t, c.ReadRequestBody(new(Branch)), "64 times as much memory", seeF5)
}

func TestASmallMessageTakesLittleMemory(t *testing.T) {
	text := zeros(t, []Large{}, 4000, "\x00")
	c := codec.NewServer(wire{strings.NewReader(text)}, 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	require.ErrorContains(t, c.ReadRequestBody(new([]Large)), "64 times as much memory", seeF5)
}

func TestAListOfManyElementsIsRead(t *testing.T) {
	for name, list := range map[string]any{
		"numbers": make([]int, 1_000_000), "texts": make([]string, 1_000_000), "lists": make([][]byte, 1_000_000),
		"structs": make([]Point, 1_000_000), "large ones": make([]Large, 900),
	} {
		c := codec.NewServer(wire{requests(t, list)}, 1<<20)
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		require.NoError(t, c.ReadRequestBody(reflect.New(reflect.TypeOf(list)).Interface()), name)
	}
}
