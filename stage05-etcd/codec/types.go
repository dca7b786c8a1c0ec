package codec

import "fmt"

// maxTypes is how many bytes of type definitions a peer may send on one connection. gob
// keeps them for as long as the connection lasts, in 35 times as many bytes. An honest
// peer sends some hundreds.
const maxTypes = 64 << 10

var errTypes = fmt.Errorf("%w: more than %d bytes of type definitions", ErrTooLarge, maxTypes)

// countTypes counts the message that next has found if it defines a type, and fails with
// errTypes when that is too much. What a message begins with after its length is the id
// of a value's type, or that of the type that it defines with a minus sign. gob writes
// the sign into the lowest bit. Types that are defined within the value of an interface
// are not seen here.
func (l *limited) countTypes() error {
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
	if isNegative := head[end-1]&1 != 0; isNegative {
		l.types += l.left
	}
	if l.types > maxTypes {
		return errTypes
	}
	return nil
}
