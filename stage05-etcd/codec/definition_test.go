package codec_test

import (
	"bytes"
	"encoding/gob"
	"io"
	"net/rpc"
	"runtime"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

// requests are a request for each body, each of which declares its type.
func requests(t *testing.T, bodies ...any) *bytes.Buffer {
	var b bytes.Buffer
	enc := gob.NewEncoder(&b)
	for _, body := range bodies {
		require.NoError(t, enc.Encode(rpc.Request{ServiceMethod: "Shapes.Mirror"}))
		require.NoError(t, enc.Encode(body))
	}
	return &b
}

func TestTypesThatHoldInterfacesAreRefused(t *testing.T) {
	for name, body := range map[string]any{
		"field": struct {
			A int
			B any
		}{A: 1},
		"slice": []any{},
		"array": [2]any{},
		"map":   map[string]any{},
		"key":   map[any]string{},
		"far inside": struct {
			L []map[string][1]struct{ E error }
		}{make([]map[string][1]struct{ E error }, 1)},
	} {
		for size, r := range map[string]io.Reader{"at once": requests(t, body), "byte by byte": iotest.OneByteReader(requests(t, body))} {
			t.Run(name+" "+size, func(t *testing.T) {
				c := codec.NewServer(wire{r}, 1<<20)
				require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
				err := c.ReadRequestBody(nil)
				require.ErrorIs(t, err, codec.ErrTooLarge, seeF5)
				require.ErrorContains(t, err, "interfaces")
			})
		}
	}
	b := requests(t)
	b.WriteString("\x04\x10\x00\x01a") // a value of gob's interface type
	require.ErrorContains(t, codec.NewServer(wire{b}, 1<<20).ReadRequestHeader(new(rpc.Request)), "interfaces")
}

func TestOtherTypesAreRead(t *testing.T) {
	c := codec.NewServer(wire{requests(t,
		struct {
			T time.Time
			M map[string][]int
			A [3]Point
			S [][]byte
			F float64
			C complex128
		}{T: time.Now(), S: [][]byte{{1}}},
		[300]string{}, [8]string{}, map[int]bool{}, []Point{{1, 2}},
	)}, 1<<20)
	n, err := readAll(c)
	require.Equal(t, io.EOF, err)
	require.Equal(t, 5, n)
}

// allocatedBy returns how many bytes f allocates.
func allocatedBy(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestADefinitionTakesNoMoreRoomThanItsBytesNeed(t *testing.T) {
	for name, text := range map[string]string{
		"a hundred million fields": "\x14\xff\x81\x03\x01\x01\x01T\x01\xff\x82\x00\x01\xfc\x05\xf5\xe1\x00\x00\x00\x00",
		"cut off":                  "\x08\xff\x81\x03\x01\x01\xfe\xff\xff",
	} {
		c := codec.NewServer(wire{bytes.NewReader([]byte(text))}, 1<<20)
		allocated := allocatedBy(func() { require.ErrorContains(t, c.ReadRequestHeader(new(rpc.Request)), "not whole", name) })
		require.Less(t, allocated, uint64(1<<20), seeF5)
	}
}

// request is a request whose body is these bytes.
func request(t *testing.T, body string) wire {
	b := requests(t)
	require.NoError(t, gob.NewEncoder(b).Encode(rpc.Request{ServiceMethod: "Shapes.Mirror"}))
	b.WriteString(body)
	return wire{b}
}

// TestAnIDThatNoEncoderGivesIsRefused: gob would take the first body for a value of a map
// of a million elements, the second for a definition that nobody has counted, the third,
// which looks like the definition of an array, for a value with a map of 16 million
// elements, and the one of gob's own for a list that it makes room for.
func TestAnIDThatNoEncoderGivesIsRefused(t *testing.T) {
	const (
		table = "\x0a\xfe\x40\x01\x04\x02\x02\x01\x02\x00\x00" // 8193 is a map of bool to bool
		first = "\x21\xfe\x40\x01\x03\x02\x03\x01\x01Q\x01\x04\x00\x01\x01R\x01\x04\x00\x01\x06ByName\x01\xfe\x40\x06\x00\x00\x00" +
			"\x14\xfe\x40\x03\x03\x02\x01\x01\x05First\x01\xfe\x40\x02\x00\x00\x00" + "\x0a\xfe\x40\x05\x04\x02\x0c\x01\x0c\x00\x00" // 8194 is a pair
	)
	for name, body := range map[string]string{
		"a value's, of 34 bits":      table + "\x0b\xfb\x02\x00\x00\x40\x02\x00\xfd\x10\x00\x00",
		"a definition's, of 32 bits": "\x0d\xfb\x01\xff\xff\xbf\xfe\x04\x02\x02\x01\x02\x00\x00\x05\xfe\x40\x02\x00\x00",
		"a definition's, of 33 bits": first + "\x11\xfb\x01\xff\xff\xbf\xfb\x01\x02\x04\x01\xfc\x01\x00\x00\x00\x00\x00",
		"a type's own, of 41 bits":   "\x10\xfe\x40\x01\x02\x01\x02\xfa\x01\x00\x00\x00\x00\x00\x00\x01\x04\x00\x00",
		"one of gob's own":           "\x06\x2c\x00\xfd\x10\x00\x00",
		"one of gob's own, held":     "\x08\xfe\x40\x01\x02\x02\x2c\x00\x00" + "\x09\xfe\x40\x02\x00\x01\xfd\x10\x00\x00",
	} {
		for _, into := range []any{new(map[bool]bool), new([]Point), new([][]Point), new(Pair[Tags, int])} {
			c := codec.NewServer(request(t, body), 1<<20)
			require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
			allocated := allocatedBy(func() { require.ErrorContains(t, c.ReadRequestBody(into), "not one that an encoder gives", name) })
			require.Less(t, allocated, uint64(1<<20), "%s; %s", name, seeF5)
		}
	}
}
