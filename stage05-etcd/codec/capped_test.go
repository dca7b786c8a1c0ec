package codec_test

import (
	"bytes"
	"io"
	"net/rpc"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

// TestJSONRepliesAreCountedEachByItself has one read bring the end of a reply and a part
// of the next one.
func TestJSONRepliesAreCountedEachByItself(t *testing.T) {
	reply := `{"id":7,"error":null,"result":"` + strings.Repeat("x", 40) + `"}` + "\n"
	sent := strings.Repeat(reply, 100) + strings.Replace(reply, "x", strings.Repeat("x", 40), 1)
	c := codec.NewJSONClient(wire{bytes.NewBufferString(sent)}, 100)
	defer c.Close()
	for range 100 {
		require.NoError(t, c.ReadResponseHeader(new(rpc.Response)))
	}
	require.ErrorIs(t, c.ReadResponseHeader(new(rpc.Response)), codec.ErrTooLarge)

	c = codec.NewJSONClient(wire{bytes.NewBufferString(reply)}, 100)
	defer c.Close()
	require.NoError(t, c.ReadResponseHeader(new(rpc.Response)))
	require.Equal(t, io.EOF, c.ReadResponseHeader(new(rpc.Response)))
}
