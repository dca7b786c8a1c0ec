package codec

import (
	"reflect"
	"slices"
)

// alike reports whether the values of two types look alike, and their fields have the same
// names: a peer may send two types where this side has one. seen has the pairs that are
// being compared.
func (b *builder) alike(a, c uint64, seen map[[2]uint64]bool) bool {
	if a == c || seen[[2]uint64{a, c}] {
		return true
	}
	s, t := b.defined[a], b.defined[c]
	if b.nodes++; perNode*b.nodes > maxTypes || a < firstID || c < firstID ||
		s.kind != t.kind || s.length != t.length || !slices.Equal(s.names, t.names) || len(s.of) != len(t.of) {
		return false
	}
	seen[[2]uint64{a, c}] = true
	for i := range s.of {
		if !b.alike(s.of[i], t.of[i], seen) {
			return false
		}
	}
	return true
}

// agrees reports whether a type and those that it holds, up to structs, have no other id in
// chain than their own, as gob's compatibleType does.
func (b *builder) agrees(id uint64, into reflect.Type, chain map[reflect.Type]uint64) bool {
	if into == nil {
		return true
	}
	if first, known := chain[into]; known {
		return first == id
	}
	chain[into] = id
	s := b.defined[id]
	if s.kind == structure {
		return true
	}
	if b.nodes++; perNode*b.nodes > maxTypes {
		return false
	}
	for i, held := range s.of {
		if !b.agrees(held, deref(s.partOf(into, i)), chain) {
			return false
		}
	}
	return true
}
