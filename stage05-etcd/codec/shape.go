package codec

import (
	"encoding"
	"encoding/gob"
	"reflect"
)

// The ids of the types that are never defined, as gob writes them, and the least of those
// that are.
const (
	boolID      = 1 << 1
	intID       = 2 << 1
	uintID      = 3 << 1
	floatID     = 4 << 1
	bytesID     = 5 << 1
	stringID    = 6 << 1
	complexID   = 7 << 1
	interfaceID = 8 << 1
	firstID     = 64 << 1
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
// elements, or the keys and the elements, the names of the fields, and twice the length of an
// array: an odd number is a negative length.
type shape struct {
	kind   uint64
	of     []uint64
	names  []string
	length uint64
}

var (
	gobDecoder        = reflect.TypeFor[gob.GobDecoder]()
	binaryUnmarshaler = reflect.TypeFor[encoding.BinaryUnmarshaler]()
)

// encodedAs returns the kind of the values that a Go type decodes itself, or 0.
func encodedAs(t reflect.Type) uint64 {
	to := reflect.PointerTo(t)
	switch {
	case t.Implements(gobDecoder), to.Implements(gobDecoder):
		return encoded
	case t.Implements(binaryUnmarshaler), to.Implements(binaryUnmarshaler):
		return encoded + 1
	}
	return 0
}

// fits reports whether gob reads values of a type into a Go type, as gob's compatibleType
// does. It does not look at what the type holds.
func fits(id uint64, s shape, into reflect.Type) bool {
	defined := id >= firstID
	if as := encodedAs(into); as != 0 || defined && s.kind >= encoded {
		return defined && s.kind == as
	}
	switch into.Kind() {
	case reflect.Bool:
		return id == boolID
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return id == intID
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return id == uintID
	case reflect.Float32, reflect.Float64:
		return id == floatID
	case reflect.Complex64, reflect.Complex128:
		return id == complexID
	case reflect.String:
		return id == stringID
	case reflect.Array:
		return defined && s.kind == array && s.length == 2*uint64(into.Len())
	case reflect.Slice:
		if into.Elem().Kind() == reflect.Uint8 {
			return id == bytesID
		}
		return defined && s.kind == slice
	case reflect.Map:
		return defined && s.kind == keyed
	case reflect.Struct:
		return defined && s.kind == structure
	default:
		return false
	}
}
