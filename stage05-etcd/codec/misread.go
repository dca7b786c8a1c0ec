package codec

import (
	"errors"
	"reflect"
)

var errMisread = errors.New("gob would read a value by the definition of another")

// kinds are the Go kinds that gob reads the kinds of a definition into.
var kinds = [encoded]reflect.Kind{array: reflect.Array, slice: reflect.Slice, structure: reflect.Struct, keyed: reflect.Map}

// reading is a definition and the Go type that gob reads its values into.
type reading struct {
	id   uint64
	into reflect.Type
}

// checkReading fails with errMisread if gob would read a value of a type into a Go type
// otherwise than checkValue follows it: when fields of a struct have one Go type and are
// sent as different types, gob reads all of them by the definition of the first. For
// structs it does not even compare the definitions.
func (l *limited) checkReading(id uint64, into reflect.Type) error {
	if into == nil || l.read[reading{id, into}] {
		return nil
	}
	if l.read == nil {
		l.read, l.same = make(map[reading]bool), make(map[[2]uint64]bool)
	}
	if !l.reads(id, into, make(map[reflect.Type]uint64)) {
		l.read = nil
		return errMisread
	}
	l.read[reading{id, into}] = true
	return nil
}

// reads reports whether gob reads a type as it is defined. as has the definitions by which
// gob reads the Go types that the struct around has held so far.
func (l *limited) reads(id uint64, into reflect.Type, as map[reflect.Type]uint64) bool {
	if first, known := as[into]; known {
		return l.alike(first, id)
	}
	base := into
	for base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	s, defined := l.defined[id]
	if !defined || s.kind >= encoded || kinds[s.kind] != base.Kind() {
		return id < firstID || defined // gob refuses a value of the wrong kind
	}
	as[into] = id
	switch s.kind {
	case structure:
		if l.read[reading{id, base}] {
			return true
		}
		l.read[reading{id, base}] = true
		within := make(map[reflect.Type]uint64)
		for i, name := range s.names {
			if f, ok := base.FieldByName(name); ok && f.IsExported() && !l.reads(s.of[i], f.Type, within) {
				return false
			}
		}
		return true
	case keyed:
		return len(s.of) == 2 && l.reads(s.of[0], base.Key(), as) && l.reads(s.of[1], base.Elem(), as)
	default:
		return l.reads(s.of[0], base.Elem(), as)
	}
}

// mostAlike is how many pairs of definitions alike compares on one connection.
const mostAlike = 1000

// alike reports whether the values of two types look alike: an honest peer may send two
// types where this side has one.
func (l *limited) alike(a, b uint64) bool {
	pair := [2]uint64{a, b}
	if a == b || l.same[pair] {
		return true
	}
	s, known := l.defined[a]
	t, knownToo := l.defined[b]
	if !known || !knownToo || s.kind != t.kind || len(s.of) != len(t.of) || len(l.same) == mostAlike {
		return false
	}
	l.same[pair] = true
	for i := range s.of {
		if !l.alike(s.of[i], t.of[i]) {
			return false
		}
	}
	return true
}
