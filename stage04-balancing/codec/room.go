package codec

import (
	"fmt"
	"reflect"
)

// roomPerByte is how many bytes of memory a value may take for each byte that a message may
// have, not counting texts and numbers. An element of a list takes one byte of the message
// if all its fields are zero: a message of 300 KiB took 305 MiB as a list of structs of a
// kibibyte, and gob allocated 1.4 GiB on the way.
const roomPerByte = 64

var errRoom = fmt.Errorf("a value would take more than %d times as much memory as a message may", roomPerByte)

// roomFor returns how many bytes a value of a Go type takes, not counting what it holds. A
// map that is not empty begins with eight entries.
func roomFor(t reflect.Type) uint64 {
	if t.Kind() != reflect.Map {
		return uint64(t.Size())
	}
	const header, most = 48, 128 // a larger key or element is a pointer
	return header + 8*uint64(min(t.Key().Size(), most)+min(t.Elem().Size(), most))
}

// take counts memory, and fails with errRoom if the value takes too much.
func (v *value) take(room uint64) {
	if v.room += room; v.room/roomPerByte > v.max {
		v.fail(errRoom)
	}
}
