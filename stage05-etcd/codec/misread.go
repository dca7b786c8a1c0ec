package codec

import (
	"errors"
	"reflect"
	"slices"
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
// structs it does not even compare the definitions. If gob has refused the type for this
// Go type before, checkReading fails with gob's error then.
func (l *limited) checkReading(id uint64, into reflect.Type) error {
	l.latest = l.latest[:0]
	this := reading{id, into}
	if err := l.refused[this]; err != nil || into == nil || id < firstID || l.read[this] {
		return err
	}
	if l.read == nil {
		l.read, l.same = make(map[reading]bool), make(map[[2]uint64]bool)
	}
	if err := l.reads(id, into, make(map[reflect.Type][]uint64)); err != nil {
		l.forget()
		l.refused[this] = err
		return err
	}
	l.mark(this)
	return nil
}

// mark records that gob reads a type as it is defined.
func (l *limited) mark(r reading) {
	l.read[r] = true
	l.latest = append(l.latest, r)
}

// forget takes back what the latest value has added to read, because gob keeps nothing of
// what it refuses.
func (l *limited) forget() {
	for _, r := range l.latest {
		delete(l.read, r)
	}
	l.latest = l.latest[:0]
	clear(l.same)
}

// reads fails unless gob reads a type as it is defined. as has the types that gob reads
// into a Go type within the struct around, that by which it reads them first. reads counts
// the definition of a struct again for each further Go type, for which gob compiles it again.
func (l *limited) reads(id uint64, into reflect.Type, as map[reflect.Type][]uint64) error {
	base := into
	for base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	s, defined := l.defined[id]
	if room := roomFor(base); defined && s.room < room {
		s.room = room
		l.defined[id] = s
	}
	others := as[into]
	if slices.Contains(others, id) {
		return nil
	}
	if len(others) > 0 && !l.alike(others[0], id) {
		return errMisread
	}
	if !defined || s.kind >= encoded || kinds[s.kind] != base.Kind() {
		return nil // gob refuses a value of the wrong kind
	}
	as[into] = append(others, id)
	if s.kind != structure {
		for i, held := range s.of {
			part := base.Elem()
			if s.kind == keyed && i == 0 {
				part = base.Key()
			}
			if err := l.reads(held, part, as); err != nil {
				return err
			}
		}
		return nil
	}
	if l.read[reading{id, base}] {
		return nil
	}
	l.mark(reading{id, base})
	if s.compiled {
		if err := l.count(s.size + s.fields()*l.lists); err != nil {
			return err
		}
	}
	s.compiled = true
	l.defined[id] = s
	within := make(map[reflect.Type][]uint64)
	for i, name := range s.names {
		if f, ok := base.FieldByName(name); ok && f.IsExported() {
			if err := l.reads(s.of[i], f.Type, within); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostAlike is how many pairs of definitions alike compares on one connection.
const mostAlike = 1000

// alike reports whether the values of two types look alike, and their fields have the same
// names: an honest peer may send two types where this side has one.
func (l *limited) alike(a, b uint64) bool {
	pair := [2]uint64{a, b}
	if a == b || l.same[pair] {
		return true
	}
	s, known := l.defined[a]
	t, knownToo := l.defined[b]
	if !known || !knownToo || s.kind != t.kind || len(s.of) != len(t.of) || !slices.Equal(s.names, t.names) || len(l.same) == mostAlike {
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
