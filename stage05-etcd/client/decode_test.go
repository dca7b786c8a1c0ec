package client_test

import (
	"bytes"
	"encoding/gob"
	"io"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

// TestAServerCannotMakeReadingAHeaderPanic: gob would keep half of what it has compiled for
// 8193, because 8194 refers to it, and panic when a header holds an 8194.
func TestAServerCannotMakeReadingAHeaderPanic(t *testing.T) {
	var sent bytes.Buffer
	require.NoError(t, gob.NewEncoder(&sent).Encode(rpc.Response{Error: "no"}))
	for _, message := range []string{
		" \xfe@\x01\x03\x01\x00\x01\x03\x01\x01B\x01\xfe@\x04\x00\x01\x01C\x01\xfe@\x10\x00\x01\x01D\x01\x04\x00\x00\x00", // 8193 holds 8194, 8200, which is never defined, and an int
		"\x12\xfe@\x03\x03\x01\x00\x01\x01\x01\x01A\x01\xfe@\x02\x00\x00\x00",                                             // 8194 holds 8193
		"\x04\xfe@\x02\x00", // the body that belongs to the error
		"\x1a\xfe@\x05\x03\x01\x00\x01\x02\x01\x03Seq\x01\x06\x00\x01\x01X\x01\xfe@\x04\x00\x00\x00", // 8195 holds Seq and 8194
		"\f\xfe@\x06\x01\x01\x01\x01\x03\x02\x00\x00\x00",                                            // a header
	} {
		sent.WriteString(message)
	}
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", func(c net.Conn) {
			c.Read(make([]byte, 4<<10))
			c.Write(sent.Bytes())
			io.Copy(io.Discard, c)
		})
		c := n.dial(t, "host:1", "tcp")
		require.EqualError(t, c.Call(t.Context(), "Odd.Slow", 7, new(bool)), "Odd.Slow on host:1: no")
		<-c.Broken()
		err := c.Call(t.Context(), "Odd.Slow", 7, new(bool))
		require.ErrorIs(t, err, rpc.ErrShutdown)
		require.ErrorContains(t, err, "a value is not as its type says")
		require.False(t, err.(*client.CallError).Sent)
	})
}

// TestAServerCannotMakeIgnoringAFieldPanic: nobody could recover what gob panics with over
// a header.
func TestAServerCannotMakeIgnoringAFieldPanic(t *testing.T) {
	const header = "\x13\xff\x81\x03\x02\x02\x01\x01A\x01\x04\x00\x01\x01B\x01\x04\x00\x00\x00" + // 65 holds two ints
		"\x16\xff\x83\x03\x02\x02\x01\x03Seq\x01\x06\x00\x01\x01Z\x01\xff\x82\x00\x00\x00" + // 66 holds Seq and 65
		"\x11\xff\x84\x02\x02\x02\xf8\x7f\xff\xff\xff\xff\xff\xff\xff\x02\x00\x00" // B, and the field 2^63-1 further
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", func(c net.Conn) {
			c.Read(make([]byte, 4<<10))
			io.WriteString(c, header)
			io.Copy(io.Discard, c)
		})
		c := n.dial(t, "host:1", "tcp")
		require.ErrorContains(t, c.Call(t.Context(), "Odd.Slow", 7, new(bool)), "a value is not as its type says")
		requireBroken(t, c)
	})
}
