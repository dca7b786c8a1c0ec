package codec

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// maxDepth is how many structs, lists and maps a value may hold within one another. gob
// calls itself for each of them, for those too that it ignores, and each call takes up to
// 500 bytes of stack, while one more list takes one byte of the message: without a bound,
// a megabyte takes half a gigabyte, and a stack of a gigabyte ends the process.
const maxDepth = 200

var (
	errDeep  = fmt.Errorf("%w: a value nested more than %d deep", ErrTooLarge, maxDepth)
	errValue = errors.New("a value is not as its type says")
)

// The ids of some types that are never defined, and the least of those that are.
const (
	floatID   = 4 << 1 // bool, int and uint are below
	bytesID   = 5 << 1
	stringID  = 6 << 1
	complexID = 7 << 1
	firstID   = 64 << 1
)

// define records a type. It fails if the id is taken or gob's own, or with errTypes. A
// type can hold itself only if it, or one that it leads to, refers to a type that was
// defined before: gob defines what a type holds after the type.
func (l *limited) define(id uint64, s shape) error {
	if _, taken := l.defined[id]; taken || id < firstID {
		return errDefinition
	}
	if l.defined == nil {
		l.defined = make(map[uint64]shape)
	}
	l.defined[id] = s
	l.follow = l.follow || s.isList()
	for _, held := range s.of {
		if _, known := l.defined[held]; known {
			l.follow = true
		}
	}
	return l.countCompiled(s)
}

// isList reports whether gob makes room for as many elements as a value of the type claims
// to have: any number for a map, and 10 MiB for a slice.
func (s shape) isList() bool { return s.kind == slice || s.kind == keyed }

// refers reports whether a value of the type holds values of types that were defined.
func (s shape) refers() bool {
	return slices.ContainsFunc(s.of, func(held uint64) bool { return held >= firstID })
}

// checkValue fails with errDeep if the value in the current message is nested too deep, with
// errValue if it does not hold all that it claims, with errRoom if it would take too much
// memory, and as checkReading does. head is how many bytes its length and its type's id
// take. Only a value that may hold lists or its own type is followed: other types nest no
// deeper than their definitions have bytes.
func (l *limited) checkValue(id uint64, head int) error {
	l.id = id
	refusal := l.checkReading(id, l.into)
	s := l.defined[id]
	if refusal == nil && (!l.follow || !s.isList() && !s.refers()) {
		return nil
	}
	if err := l.readWhole(); err != nil {
		return err
	}
	if refusal != nil {
		return refusal
	}
	v := value{definition: definition{text: bytes.Join(l.whole, nil)[head:]}, types: l.defined, max: l.max}
	if s.kind != structure {
		v.uint() // gob puts 0 before any other value
	}
	v.read(id, 0)
	if v.err == errDefinition {
		return errValue
	}
	return v.err
}

// value follows a value by its type.
type value struct {
	definition
	types map[uint64]shape
	room  uint64 // bytes of memory that it takes
	max   uint64 // bytes that a message may have
}

// read reads a value of a type, which so many others hold.
func (v *value) read(id uint64, depth int) {
	switch {
	case id <= floatID:
		v.uint()
		return
	case id == bytesID, id == stringID:
		v.bytes()
		return
	case id == complexID:
		v.uint()
		v.uint()
		return
	}
	s, defined := v.types[id]
	if s.kind != keyed {
		v.take(s.room)
	}
	switch {
	case !defined:
		v.fail(errValue)
	case s.kind >= encoded:
		v.bytes()
	case depth == maxDepth:
		v.fail(errDeep)
	case s.kind == structure:
		v.each(func(field uint64) {
			if field >= uint64(len(s.of)) {
				v.fail(errValue)
				return
			}
			v.read(s.of[field], depth+1)
		})
	default:
		n := v.uint()
		if n > uint64(len(v.text)/len(s.of)) { // each takes a byte at least
			v.fail(errValue)
		}
		if s.kind == keyed && n > 0 {
			v.take(s.room)
		}
		if depth == 0 && !s.refers() {
			return // gob reads the elements one after the other, and there are no more
		}
		for ; n > 0 && v.err == nil; n-- {
			for _, held := range s.of {
				v.read(held, depth+1)
			}
		}
	}
}
