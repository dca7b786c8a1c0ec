package codec_test

import (
	"fmt"
	"net/rpc"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/codec"
)

// misfit returns a value that a Point cannot hold, and that gob compiles for long: it has a
// hundred fields of a hundred lists.
func misfit() any {
	list := reflect.TypeFor[int]()
	for range 100 {
		list = reflect.SliceOf(list)
	}
	fields := []reflect.StructField{}
	for i := range 100 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: list})
	}
	v := reflect.New(reflect.StructOf(append(fields, reflect.StructField{Name: "X", Type: reflect.TypeFor[string]()}))).Elem()
	v.Field(100).SetString("seven")
	return v.Interface()
}

// TestATypeThatDoesNotFitIsCompiledOnce: each further value took gob 30 ms.
func TestATypeThatDoesNotFitIsCompiledOnce(t *testing.T) {
	sent := misfit()
	c := codec.NewServer(wire{requests(t, sent, sent, sent, Point{7, 8})}, 1<<20)
	for n := range 3 {
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		var err error
		allocated := allocatedBy(func() { err = c.ReadRequestBody(new(Point)) })
		require.ErrorContains(t, err, `gob: field "X": what was sent does not fit into Go type int`)
		if n > 0 {
			require.Less(t, allocated, uint64(64<<10), seeF5)
		}
	}
	var got Point
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	require.NoError(t, c.ReadRequestBody(&got))
	require.Equal(t, Point{7, 8}, got)
}

func TestAValueThatDoesNotFitSpeaksForNoOther(t *testing.T) {
	type small struct{ X, Y int8 }
	for name, tt := range map[string]struct{ bad, good, into any }{
		"struct": {Point{X: 300}, Point{X: 100}, new(small)},
		"list":   {[]Point{{X: 300}}, []Point{{X: 100}}, new([]small)},
		"map":    {map[int]int{300: 1}, map[int]int{100: 1}, new(map[int8]int)},
		"array":  {[1]int{300}, [1]int{100}, new([1]int8)},
	} {
		c := codec.NewServer(wire{requests(t, tt.bad, tt.bad, tt.good)}, 1<<20)
		for range 2 {
			require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
			require.ErrorContains(t, c.ReadRequestBody(tt.into), "out of range", name)
		}
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		require.NoError(t, c.ReadRequestBody(tt.into), name)
	}
}

// TestADefinitionCountsForEachGoType: gob compiles it anew for each, and keeps that.
func TestADefinitionCountsForEachGoType(t *testing.T) {
	sent, bodies := stranger(1, 1000), []any{}
	for range 20 {
		bodies = append(bodies, sent)
	}
	c := codec.NewServer(wire{requests(t, bodies...)}, 1<<20)
	n, err := 0, error(nil)
	for ; n < 20; n++ {
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		into := reflect.StructOf([]reflect.StructField{{Name: fmt.Sprintf("G%d", n), Type: reflect.TypeFor[int]()}})
		if err = c.ReadRequestBody(reflect.New(into).Interface()); !strings.Contains(err.Error(), "no fields matched") {
			break
		}
	}
	require.ErrorIs(t, err, codec.ErrTooLarge, seeF5)
	require.Contains(t, []int{12, 13, 14}, n, "the definition has about 10 KB, and each of its fields counts as 4 bytes")
}

// TestWhatDoesNotFitFarInIsNamedOnce: an error for each struct around kept the texts of all
// within, 80 MiB for 30 KB of definitions.
func TestWhatDoesNotFitFarInIsNamedOnce(t *testing.T) {
	var body strings.Builder
	for i := range 1000 { // each has a field of the next one's type, which the last one lacks
		id, next := 2*(8192+i), 2*(8193+i)
		body.WriteString("\x13\xfe" + string([]byte{byte((id - 1) >> 8), byte(id - 1)}) + "\x03\x02\x01\x01\x04Next\x01\xfe" + string([]byte{byte(next >> 8), byte(next)}) + "\x00\x00\x00")
	}
	body.WriteString("\x04\xfe\x40\x00\x00")
	c := codec.NewServer(request(t, body.String()), 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	allocated := allocatedBy(func() {
		require.EqualError(t, c.ReadRequestBody(new(Chain)), `gob: field "Next": a value is not as its type says`)
	})
	require.Less(t, allocated, uint64(4<<20), seeF5)
}

// TestAnArrayOfNegativeLengthFitsNothing: gob compiled it again for each value.
func TestAnArrayOfNegativeLengthFitsNothing(t *testing.T) {
	const array = "\x0a\xfe\x40\x01\x01\x02\x04\x01\x05\x00\x00" // 8193 is an array of -3 numbers
	c := codec.NewServer(request(t, array+"\x07\xfe\x40\x02\x00\x02\x02\x02"), 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	require.EqualError(t, c.ReadRequestBody(new([2]int)), "gob: what was sent does not fit into Go type [2]int")
}
