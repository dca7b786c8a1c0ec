package codec_test

import (
	"bytes"
	"encoding/gob"
	"math/big"
	"net/rpc"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/codec"
)

// TestATypeFitsWhatGobReadsItInto sends a value of each type to each type.
func TestATypeFitsWhatGobReadsItInto(t *testing.T) {
	type text string
	type octet byte
	values := []any{
		true, 7, int8(7), uint(7), uint8(7), uintptr(7), 1.5, float32(1.5), 2i, complex64(2i), "a", text("a"),
		[]byte{1}, []octet{1}, [1]byte{1}, []int8{1}, []uint16{1}, [1]int{1}, [2]int{1, 2}, [][]byte{{1}}, []string{"a"}, []text{"a"},
		map[string]int{"a": 1}, map[text]uint{"a": 1}, map[int]string{1: "a"}, map[string][]int{"a": {1}},
		Point{1, 2}, &Point{1, 2}, struct{ X string }{"a"}, struct{ X, Z int }{1, 2}, struct{ Z int }{1}, struct{}{}, []struct{}{{}},
		time.Unix(1, 0), big.NewInt(7), big.NewFloat(7), []*big.Int{big.NewInt(7)}, List{{}}, Table{"a": {}}, Chain{Text: "a"}, Tree{Yes: true},
	}
	fit := 0
	for _, sent := range values {
		text := requests(t, sent).Bytes()
		for _, like := range values {
			into := reflect.TypeOf(like)
			dec := gob.NewDecoder(bytes.NewReader(text))
			require.NoError(t, dec.Decode(new(rpc.Request)))
			want := dec.Decode(reflect.New(into).Interface())
			c := codec.NewServer(wire{bytes.NewReader(text)}, 1<<20)
			require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
			got := c.ReadRequestBody(reflect.New(into).Interface())
			require.Equal(t, want == nil, got == nil, "%T into %v: gob %v, codec %v", sent, into, want, got)
			if want == nil {
				fit++
			}
		}
	}
	require.Greater(t, fit, len(values))
}
