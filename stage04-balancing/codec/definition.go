package codec

import (
	"cmp"
	"errors"
	"math"
)

var (
	errDefinition = errors.New("a type definition is not whole")
	errID         = errors.New("a type's id is not one that an encoder gives")
)

// definition parses the definition of a type, a value of gob's wireType (see the
// documentation of encoding/gob). It does so before gob does, because gob allocates room
// for as many fields as a definition claims to have, 10 MiB at most.
type definition struct {
	text []byte
	err  error
}

// uint reads an integer: one byte below 128, or a byte that holds the negated number of
// the bytes that follow it, the highest first.
func (d *definition) uint() (n uint64) {
	if d.err == nil && len(d.text) > 0 && d.text[0] < 128 {
		n = uint64(d.text[0])
		d.text = d.text[1:]
		return n
	}
	size := 1
	if len(d.text) > 0 && d.text[0] >= 128 {
		size += 256 - int(d.text[0])
	}
	if size > len(d.text) || size > 9 {
		d.fail(errDefinition)
	}
	if d.err != nil {
		return 0
	}
	for _, b := range d.text[min(1, size-1):size] {
		n = n<<8 | uint64(b)
	}
	d.text = d.text[size:]
	return n
}

// fail keeps the first error.
func (d *definition) fail(err error) { d.err = cmp.Or(d.err, err) }

// bytes reads a text, or what a value that encodes itself has written.
func (d *definition) bytes() (text []byte) {
	if n := d.uint(); n > uint64(len(d.text)) {
		d.fail(errDefinition)
	} else {
		text, d.text = d.text[:n], d.text[n:]
	}
	return text
}

// refer reads the id of a type. It fails with errInterface for that of interfaces, and with
// errID for those of the types that gob keeps to itself and for one that is too large for
// gob, which cuts it off: what looks like a value of an unknown type would be one of a known
// type, or a definition.
func (d *definition) refer() (id uint64) {
	switch id = d.uint(); {
	case id == interfaceID:
		d.fail(errInterface)
	case id > interfaceID && id < firstID-1, id >= math.MaxUint32:
		d.fail(errID)
	}
	return id
}

// each reads a struct with read, which is given the number of each field that is there. No
// step leads back, as for gob.
func (d *definition) each(read func(field uint64)) {
	field := ^uint64(0)
	for step := d.uint(); step != 0 && d.err == nil; step = d.uint() {
		if field += step; step > math.MaxInt64 {
			d.fail(errDefinition)
			return
		}
		read(field)
	}
}

// named reads a struct of a name and a number, which number reads.
func (d *definition) named(number func()) (name []byte) {
	d.each(func(field uint64) {
		switch field {
		case 0:
			name = d.bytes()
		case 1:
			number()
		default:
			d.fail(errDefinition)
		}
	})
	return name
}

// partsOf is how many other types a type of each kind refers to, a struct aside.
var partsOf = [...]int{array: 1, slice: 1, structure: 0, keyed: 2, encoded: 0, encoded + 1: 0, encoded + 2: 0}

// wireType reads a wireType: one of an array, a slice, a struct, a map, and types that
// encode themselves. Each begins with its name and id; the ids of other types follow.
// wireType is as strict as gob: a type that gob has refused would have plans, and for each
// value gob would compile again what leads to it.
func (d *definition) wireType() (s shape) {
	kinds := 0
	d.each(func(kind uint64) {
		kinds, s.kind = kinds+1, kind
		d.each(func(field uint64) {
			switch {
			case field == 0:
				d.named(func() { d.refer() })
			case kind == array && field == 2:
				s.length = d.uint()
			case kind == structure && field == 1:
				d.fields(&s)
			case kind != structure && field == 1+uint64(len(s.of)):
				s.of = append(s.of, d.refer())
			default:
				d.fail(errDefinition)
			}
		})
	})
	if kinds != 1 || s.kind >= uint64(len(partsOf)) || s.kind != structure && len(s.of) != partsOf[s.kind] {
		d.fail(errDefinition)
	}
	return s
}

// fields reads the fields of a struct.
func (d *definition) fields(s *shape) {
	for n := d.uint(); n > 0 && d.err == nil; n-- {
		var id uint64
		name := d.named(func() { id = d.refer() })
		if len(name) == 0 {
			d.fail(errDefinition)
		}
		s.of, s.names = append(s.of, id), append(s.names, string(name))
	}
}
