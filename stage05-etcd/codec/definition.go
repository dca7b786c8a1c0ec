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

// The kinds of types that can be defined, as gob's wireType numbers them. Values of kind
// encoded or above encode themselves.
const (
	array = iota
	slice
	structure
	keyed
	encoded
)

// shape is what a definition says of its type: the kind, the ids of the fields, the
// elements, or the keys and the elements, and the names of the fields.
type shape struct {
	kind  uint64
	of    []uint64
	names []string
	size  uint64 // bytes of the definition's message
	room  uint64 // bytes of the largest Go type that a value is read into; see roomFor

	compiled bool // whether gob has compiled it for a Go type
}

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
// errID for those of the types that gob keeps to itself and for one of more than 32 bits.
// gob cuts such an id off: what looks like a value of an unknown type would be one of a
// known type, or a definition.
func (d *definition) refer() (id uint64) {
	switch id = d.uint(); {
	case id == interfaceID:
		d.fail(errInterface)
	case id > interfaceID && id < firstID-1, id > math.MaxUint32:
		d.fail(errID)
	}
	return id
}

// each reads a struct with read, which is given the number of each field that is there.
func (d *definition) each(read func(field uint64)) {
	field := ^uint64(0)
	for step := d.uint(); step != 0 && d.err == nil; step = d.uint() {
		field += step
		read(field)
	}
}

// named reads a struct of a name and a number, which number reads.
func (d *definition) named(number func()) (name []byte) {
	d.each(func(field uint64) {
		if field == 0 {
			name = d.bytes()
		} else {
			number()
		}
	})
	return name
}

// wireType reads a wireType: one of an array, a slice, a struct, a map, and types that
// encode themselves. Each begins with its name and id; the ids of other types follow.
func (d *definition) wireType() (s shape) {
	kinds := 0
	d.each(func(kind uint64) {
		kinds, s.kind = kinds+1, kind
		d.each(func(field uint64) {
			switch {
			case field == 0:
				d.named(func() { d.uint() })
			case kind == array && field == 2:
				d.uint() // the array's length
			case kind == structure:
				for n := d.uint(); n > 0 && d.err == nil; n-- {
					var id uint64
					name := d.named(func() { id = d.refer() })
					s.of, s.names = append(s.of, id), append(s.names, string(name))
				}
			default:
				s.of = append(s.of, d.refer())
			}
		})
	})
	if isList := s.kind < encoded && s.kind != structure; kinds != 1 || isList && len(s.of) == 0 {
		d.fail(errDefinition)
	}
	return s
}
