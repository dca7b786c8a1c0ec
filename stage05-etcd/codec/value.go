package codec

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// maxDepth is how many structs, lists and maps a value may hold within one another. gob
// calls itself for each of them, for those too that it ignores, and each call takes up to
// 500 bytes of stack, while one more list takes one byte of the message: without a bound,
// a megabyte takes half a gigabyte, and a stack of a gigabyte ends the process.
const maxDepth = 200

// roomPerByte is how many bytes of memory a value may take for each byte of its message, not
// counting texts and numbers, and smallRoom how many it may take in any case. An element of
// a list takes one byte of the message if all its fields are zero: a message of 300 KiB took
// 305 MiB as a list of structs of a kibibyte, and gob allocated 1.4 GiB on the way.
const (
	roomPerByte = 64
	smallRoom   = 1 << 20
)

var (
	errDeep  = fmt.Errorf("%w: a value nested more than %d deep", ErrTooLarge, maxDepth)
	errValue = errors.New("a value is not as its type says")
	errRoom  = fmt.Errorf("a value would take more than %d times as much memory as its message", roomPerByte)
)

// value follows a value by its plan.
type value struct {
	definition
	room uint64 // bytes of memory that it takes
	max  uint64 // bytes of memory that it may take
}

// check fails with errDeep if a value is nested too deep, with errValue if it does not hold
// all that it claims to hold, for which gob would make room, and with errRoom if it would
// take too much memory.
func (v *value) check(p *plan) error {
	if p.kind != structure {
		v.uint() // gob puts 0 before any other value
	}
	v.read(p, 0)
	if v.err == errDefinition {
		return errValue
	}
	return v.err
}

// read reads a value, which so many others hold.
func (v *value) read(p *plan, depth int) {
	switch {
	case p.kind == twoNumbers:
		v.uint()
		v.uint()
	case p.kind == number:
		v.uint()
	case p.kind == encoded:
		v.take(p.room)
		v.bytes()
	case depth == maxDepth:
		v.fail(errDeep)
	case p.kind == structure:
		v.take(p.room)
		v.each(func(field uint64) {
			if field >= uint64(len(p.of)) {
				v.fail(errValue)
				return
			}
			v.read(p.of[field], depth+1)
		})
	default:
		v.list(p, depth)
	}
}

// list reads a list, an array or a map.
func (v *value) list(p *plan, depth int) {
	n := v.uint()
	if n > uint64(len(v.text)/len(p.of)) { // each takes a byte at least
		v.fail(errValue)
	}
	if p.kind != keyed || n > 0 {
		v.take(p.room)
	}
	if depth == 0 && !slices.ContainsFunc(p.of, (*plan).isLarge) {
		return // gob reads the elements one after the other, and there are no more
	}
	for ; n > 0 && v.err == nil; n-- {
		for _, held := range p.of {
			v.read(held, depth+1)
		}
	}
}

// isLarge reports whether a value may take far more memory than bytes of the message.
func (p *plan) isLarge() bool { return p.kind < encoded || p.room > roomPerByte }

// take counts memory, and fails with errRoom if the value takes too much.
func (v *value) take(room uint64) {
	if v.room += room; v.room > v.max {
		v.fail(errRoom)
	}
}

// roomFor returns how many bytes a value of a Go type takes, not counting what it holds. A
// map that is not empty begins with eight entries.
func roomFor(t reflect.Type) uint64 {
	if t == nil {
		return 0
	}
	if t.Kind() != reflect.Map {
		return uint64(t.Size())
	}
	const header, most = 48, 128 // a larger key or element is a pointer
	return header + 8*uint64(min(t.Key().Size(), most)+min(t.Elem().Size(), most))
}
