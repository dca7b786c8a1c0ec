package codec_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"net/rpc"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

const seeF5 = `trap F5: stage 04, "the wire", bounds the type definitions of a connection`

// stranger returns a value whose type, of so many fields, no other value has.
func stranger(i, fields int) any {
	var list []reflect.StructField
	for f := range fields {
		list = append(list, reflect.StructField{Name: fmt.Sprintf("F%dx%d", i, f), Type: reflect.TypeFor[int]()})
	}
	v := reflect.New(reflect.StructOf(list)).Elem()
	v.Field(0).SetInt(1)
	return v.Interface()
}

// readAll reads requests with bodies until one fails, and returns how many there were.
func readAll(c rpc.ServerCodec) (n int, err error) {
	for ; ; n++ {
		if err := c.ReadRequestHeader(new(rpc.Request)); err != nil {
			return n, err
		}
		if err := c.ReadRequestBody(nil); err != nil {
			return n, err
		}
	}
}

func TestTypeDefinitionsWithoutEndAreRefused(t *testing.T) {
	for name, fields := range map[string]int{"small ones": 20, "large ones": 1000} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			enc := gob.NewEncoder(&b)
			for i := range 10_000 / fields {
				require.NoError(t, enc.Encode(rpc.Request{ServiceMethod: "Shapes.Mirror", Seq: uint64(i)}))
				require.NoError(t, enc.Encode(stranger(i, fields)))
			}
			for name, r := range map[string]io.Reader{"at once": bytes.NewReader(b.Bytes()), "byte by byte": iotest.OneByteReader(bytes.NewReader(b.Bytes()))} {
				c := codec.NewServer(wire{r}, 1<<20)
				n, err := readAll(c)
				require.ErrorIs(t, err, codec.ErrTooLarge, "%s; %s", name, seeF5)
				require.ErrorContains(t, err, "type definitions")
				require.Positive(t, n)
				require.Less(t, n, 7000/fields, "64 KiB")
				require.ErrorIs(t, c.ReadRequestHeader(new(rpc.Request)), codec.ErrTooLarge, "and it stays so")
			}
			reply := codec.NewClient(wire{bytes.NewReader(b.Bytes())}, 1<<20)
			var err error
			for err == nil {
				err = reply.ReadResponseHeader(new(rpc.Response))
				if err == nil {
					err = reply.ReadResponseBody(nil)
				}
			}
			require.ErrorIs(t, err, codec.ErrTooLarge, "the client's side; %s", seeF5)
		})
	}
}

func TestValuesOfKnownTypesAreNoDefinitions(t *testing.T) {
	var b bytes.Buffer
	enc := gob.NewEncoder(&b)
	text := string(bytes.Repeat([]byte("x"), 1000))
	for i := range 1000 { // a megabyte
		require.NoError(t, enc.Encode(rpc.Request{ServiceMethod: "Shapes.Lengths", Seq: uint64(i)}))
		require.NoError(t, enc.Encode([]any{-1, text, []string{text}, Point{-1, i}, -i}[i%5]))
	}
	n, err := readAll(codec.NewServer(wire{&b}, 1<<20))
	require.Equal(t, io.EOF, err)
	require.Equal(t, 1000, n)
}

// TestTypesThatTakeGobLongAreRefused: for each field gob compiles a thousand lists.
func TestTypesThatTakeGobLongAreRefused(t *testing.T) {
	list := reflect.TypeFor[int]()
	for range 1000 {
		list = reflect.SliceOf(list)
	}
	var fields []reflect.StructField
	for i := range 1000 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: list})
	}
	c := codec.NewServer(wire{requests(t, reflect.Zero(reflect.StructOf(fields)).Interface())}, 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	var err error
	allocated := allocatedBy(func() { err = c.ReadRequestBody(nil) })
	require.ErrorIs(t, err, codec.ErrTooLarge, seeF5)
	require.ErrorContains(t, err, "type definitions")
	require.Less(t, allocated, uint64(8<<20), seeF5)
}
