package codec

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"math"
)

// maxTypes is how many bytes of type definitions a peer may send on one connection. gob
// keeps them for as long as the connection lasts, in 35 times as many bytes. An honest
// peer sends some hundreds.
const maxTypes = 64 << 10

var (
	errTypes     = fmt.Errorf("%w: more than %d bytes of type definitions, or too many on all connections", ErrTooLarge, maxTypes)
	errInterface = fmt.Errorf("%w: a type that holds interfaces, whose values may define types without end", ErrTooLarge)
)

// interfaceID is the id of gob's interface type, as a signed integer is written.
const interfaceID = 8 << 1

// checkTypes looks at the message that next has found. It counts the message if that
// defines a type, and fails with errTypes when there are too many bytes of those, here or,
// by what the connection says, on all connections, or with errInterface when a type holds
// interfaces. What a message begins with after its length is the id of a value's type, or
// that of the type that it defines with a minus sign. gob writes the sign into the lowest
// bit.
func (l *limited) checkTypes() error {
	end := 0
	for range 2 { // the length, and then the id
		if uint64(end) >= l.left {
			return nil // there is none, which is for gob to say
		}
		head, err := l.buf.Peek(end + 1)
		if err != nil {
			return err
		}
		first := head[end]
		if end++; first >= 128 {
			end += 256 - int(first)
		}
	}
	if uint64(end) > l.left {
		return nil
	}
	head, err := l.buf.Peek(end)
	if err != nil {
		return err
	}
	if isNegative := head[end-1]&1 != 0; !isNegative {
		d := definition{text: head}
		d.uint()
		return d.refer() // of a value without a type that holds it
	}
	conn, counts := l.conn.(interface{ Defined(bytes uint64) bool })
	if l.types += l.left; l.types > maxTypes || counts && conn.Defined(l.types) {
		return errTypes
	}
	l.typed = make([]byte, l.left)
	if _, err := io.ReadFull(l.buf, l.typed); err != nil {
		return err
	}
	d := definition{text: l.typed[end:]}
	d.wireType()
	return d.err
}

// sendable returns why gob cannot encode v, or why a peer with these bounds would not
// read it.
func sendable(v any) error {
	var message bytes.Buffer
	if err := gob.NewEncoder(&message).Encode(v); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, newLimited(&message, math.MaxInt64))
	return err
}
