package codec

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"math"
)

// maxTypes is how many bytes of type definitions a peer may send on one connection. gob
// keeps them until the connection ends, in 35 times as many bytes. An honest peer sends
// some hundreds.
const maxTypes = 64 << 10

var (
	errTypes     = fmt.Errorf("%w: more than %d bytes of type definitions, or too many on all connections", ErrTooLarge, maxTypes)
	errInterface = fmt.Errorf("%w: a type that holds interfaces, whose values may define types without end", ErrTooLarge)
)

// checkTypes looks at the message that next has found. If the message defines a type,
// checkTypes counts its bytes. It fails with errTypes if there are too many of those,
// here or, as the connection reports, on all connections. It fails with errInterface if a
// type holds interfaces. After its length a message has the id of a value's type, or,
// with a minus sign, that of the type that it defines. gob writes the sign into the
// lowest bit.
func (l *limited) checkTypes() error {
	end := 0
	for range 2 { // the length, and then the id
		if uint64(end) >= l.left {
			return nil // there is none, and gob reports that
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
	d := definition{text: head}
	d.uint()
	id := d.refer()
	if d.err != nil {
		return d.err
	}
	if isNegative := id&1 != 0; !isNegative { // the type of a value
		return l.checkValue(id, end)
	}
	if err := l.count(l.left); err != nil {
		return err
	}
	if err := l.readWhole(); err != nil {
		return err
	}
	d = definition{text: bytes.Join(l.whole, nil)[end:]}
	id++ // without its sign
	s := d.wireType()
	if _, taken := l.defined[id]; taken || id < firstID {
		d.fail(errDefinition)
	}
	if d.err == nil {
		l.defined[id] = s
	}
	return d.err
}

// checkValue checks the value in the current message. head is how many bytes its length and
// its type's id take. It is followed only if it may hold lists or its own type, or if a part
// is ignored: gob panics if the number of a field is too large in an ignored struct. Other
// types nest no deeper than their definitions have bytes.
func (l *limited) checkValue(id uint64, head int) error {
	p, refusal := l.planFor(id, l.into)
	if refusal == nil && !p.check {
		return nil
	}
	if err := l.readWhole(); err != nil {
		return err
	}
	if refusal != nil {
		return refusal
	}
	v := value{definition: definition{text: bytes.Join(l.whole, nil)[head:]}}
	v.max = max(roomPerByte*uint64(len(v.text)), smallRoom)
	return v.check(p)
}

// count counts bytes of definitions, and fails with errTypes if there are too many.
func (l *limited) count(bytes uint64) error {
	conn, counts := l.conn.(interface{ Defined(bytes uint64) bool })
	if l.types += bytes; l.types > maxTypes || counts && conn.Defined(l.types) {
		return errTypes
	}
	return nil
}

// sendable returns why gob cannot encode v, or why a peer with the bounds of this package
// would not read it.
func sendable(v any) error {
	var message bytes.Buffer
	if err := gob.NewEncoder(&message).Encode(v); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, newLimited(&message, math.MaxInt64))
	return err
}
