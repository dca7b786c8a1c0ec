package codec_test

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"io"
	"net/rpc"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

// wire is a connection that has received all that it ever will.
type wire struct{ io.Reader }

func (wire) Write(p []byte) (int, error) { return len(p), nil }
func (wire) Close() error                { return nil }

func encoded(t *testing.T, values ...any) []byte {
	var b bytes.Buffer
	enc := gob.NewEncoder(&b)
	for _, v := range values {
		require.NoError(t, enc.Encode(v))
	}
	return b.Bytes()
}

func TestAMessageMayBeAsLargeAsTheLimit(t *testing.T) {
	for _, size := range []int{1, 100, 120, 300, 5000, 70_000, 300_000} {
		sent := bytes.Repeat([]byte("x"), size)
		message := encoded(t, sent)
		length := len(message) - 1 // less the byte, or bytes, that announce it
		if length > 127 {
			length -= len(uvarint(length))
		}
		for name, r := range map[string]io.Reader{
			"at once":      bytes.NewReader(message),
			"byte by byte": iotest.OneByteReader(bytes.NewReader(message)),
		} {
			var got []byte
			require.NoError(t, codec.NewServer(wire{r}, int64(length)).ReadRequestBody(&got), "%d bytes, %s", size, name)
			require.Equal(t, sent, got)
		}
		err := codec.NewServer(wire{bytes.NewReader(message)}, int64(length-1)).ReadRequestBody(new([]byte))
		require.ErrorIs(t, err, codec.ErrTooLarge, "%d bytes", size)
	}
}

func TestAMessageTakesNoMemoryBeforeItHasCome(t *testing.T) {
	header := encoded(t, rpc.Request{ServiceMethod: "Shapes.Mirror"})
	id := encoded(t, []byte(nil))[1:2]
	for size := 1; size <= 6; size++ { // the connection ends after so many bytes of a mebibyte
		begin := append(id, "\x00\xfd\x0f\xff\xf9"...)[:size]
		text := append(append(bytes.Clone(header), 0xfd, 0x0f, 0xff, 0xff), begin...)
		c := codec.NewServer(wire{bytes.NewReader(text)}, 1<<20)
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		took := allocatedBy(func() { require.ErrorIs(t, c.ReadRequestBody(new([]byte)), io.ErrUnexpectedEOF, "%d", size) })
		require.Less(t, took, uint64(200<<10), seeF5)
	}
}

// uvarint returns n without its leading zero bytes.
func uvarint(n int) (b []byte) {
	for ; n > 0; n >>= 8 {
		b = append(b, byte(n))
	}
	return b
}

func TestManySmallMessagesAreNotOneLargeOne(t *testing.T) {
	var values []any
	for seq := range uint64(100) {
		values = append(values, rpc.Request{ServiceMethod: "Shapes.Mirror", Seq: seq}, Point{X: int(seq)})
	}
	c := codec.NewServer(wire{bytes.NewReader(encoded(t, values...))}, 100)
	for seq := range uint64(100) {
		var header rpc.Request
		var body Point
		require.NoError(t, c.ReadRequestHeader(&header))
		require.NoError(t, c.ReadRequestBody(&body))
		require.Equal(t, seq, header.Seq)
		require.Equal(t, int(seq), body.X)
	}
	require.Equal(t, io.EOF, c.ReadRequestHeader(new(rpc.Request)))
}

// counted counts the reads of a connection, and notes the most that one asked for.
type counted struct {
	io.Reader
	reads, most int
}

func (c *counted) Read(p []byte) (int, error) {
	c.reads++
	c.most = max(c.most, len(p))
	return c.Reader.Read(p)
}

func TestOneReadTakesInSeveralLargeMessages(t *testing.T) {
	sent, values := bytes.Repeat([]byte("x"), 16<<10), []any{}
	for range 100 {
		values = append(values, rpc.Request{ServiceMethod: "Shapes.Mirror"}, sent)
	}
	r := &counted{Reader: bytes.NewReader(encoded(t, values...))}
	c := codec.NewServer(wire{r}, 1<<20)
	for range 100 {
		var got []byte
		require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
		require.NoError(t, c.ReadRequestBody(&got))
		require.Equal(t, sent, got)
	}
	require.Less(t, r.reads, 40, "reads for 100 messages of 16 KiB")
}

func TestAMessageThatFillsABufferIsReadPastIt(t *testing.T) {
	sent := bytes.Repeat([]byte("x"), 60<<10)
	r := &counted{Reader: bytes.NewReader(encoded(t, rpc.Request{ServiceMethod: "Shapes.Mirror"}, sent))}
	c := codec.NewServer(wire{r}, 1<<20)
	var got []byte
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	require.NoError(t, c.ReadRequestBody(&got))
	require.Equal(t, sent, got)
	require.Less(t, r.most, len(sent), "a buffer of 64 KiB would be filled, and copied")
}

func TestAnAnnouncementAloneTakesNoMemory(t *testing.T) {
	for name, prefix := range map[string]string{
		"one byte over":       "fd100001",
		"1 GiB":               "fc40000000",
		"all that fits":       "f8ffffffffffffffff",
		"more than a uint64":  "f7010000000000000000",
		"128 bytes of length": "80",
	} {
		t.Run(name, func(t *testing.T) {
			b, err := hex.DecodeString(prefix)
			require.NoError(t, err)
			good := encoded(t, rpc.Request{ServiceMethod: "Shapes.Mirror"})
			c := codec.NewServer(wire{bytes.NewReader(append(good, b...))}, 1<<20)
			require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err = c.ReadRequestBody(new(Point))
			runtime.ReadMemStats(&after)
			require.ErrorIs(t, err, codec.ErrTooLarge, "trap N5")
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<10), "bytes allocated for %s", prefix)
		})
	}
}

func TestAnAnnouncementThatBreaksOffIsTheEnd(t *testing.T) {
	for _, b := range [][]byte{{}, {0xfd}, {0xfd, 1}, {5}, {5, 1, 2}} {
		err := codec.NewServer(wire{bytes.NewReader(b)}, 1<<20).ReadRequestHeader(new(rpc.Request))
		require.Contains(t, []error{io.EOF, io.ErrUnexpectedEOF}, err, "% x", b)
	}
}
