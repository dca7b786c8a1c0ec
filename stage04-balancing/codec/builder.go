package codec

import (
	"cmp"
	"fmt"
	"reflect"
)

// builder builds the plan for a pair, with those for the structs that it holds.
type builder struct {
	*limited
	made  map[pair]planned
	nodes uint64 // as many as gob compiles
	field string // the innermost one that holds what does not fit
}

// part is what gob reads by in a part of a struct.
type part struct {
	id   uint64
	plan *plan
}

// build builds a plan. within has the parts of the struct around so far, by Go type, or by
// id if they are ignored. If two of them have one Go type and are sent as types that are not
// alike, gob reads both by the definition of the first: it makes as much room as a number
// says that it takes for the length of a map, or swaps two fields. build refuses that. Within
// one field, which chain belongs to, gob itself refuses two ids for one Go type.
func (b *builder) build(id uint64, into reflect.Type, within map[any]part, chain map[reflect.Type]uint64) (*plan, error) {
	if b.nodes++; perNode*b.nodes > maxTypes {
		return nil, errTypes
	}
	s, defined := b.defined[id]
	p := plainPlan[id]
	if p == nil && !defined {
		return nil, errValue
	}
	if into != nil && !fits(id, s, into) {
		return nil, fmt.Errorf("what was sent does not fit into Go type %.40s", into)
	}
	if p != nil {
		return p, nil
	}
	key := any(id)
	if into != nil {
		key = into
	}
	if first, known := within[key]; known {
		if !b.alike(first.id, id, make(map[[2]uint64]bool)) || !b.agrees(id, into, chain) {
			return nil, errMisread
		}
		return first.plan, nil
	}
	if first, known := chain[into]; into != nil && known && first != id {
		return nil, errMisread
	}
	chain[into] = id
	if s.kind >= encoded {
		return &plan{kind: encoded, room: roomFor(into)}, nil
	}
	this := pair{id, into}
	if s.kind == structure {
		if p = cmp.Or(b.plans[this].plan, b.made[this].plan); p != nil {
			within[key] = part{id, p}
			return p, nil
		}
	}
	p = &plan{kind: s.kind, room: roomFor(into), check: true} // until it is known to hold no list
	within[key] = part{id, p}
	if s.kind == structure {
		b.made[this] = planned{plan: p}
		within = make(map[any]part)
	}
	check := s.kind == slice || s.kind == keyed || into == nil
	for i, held := range s.of {
		to := s.partOf(into, i)
		inner, around := deref(to), within
		if s.kind == structure {
			chain = make(map[reflect.Type]uint64)
			if inner == nil {
				around = make(map[any]part) // gob compiles all that an ignored field leads to
			}
		}
		of, err := b.build(held, inner, around, chain)
		if err != nil {
			if s.kind == structure {
				b.field = cmp.Or(b.field, s.names[i])
			}
			return nil, err
		}
		isLink := to != inner && of.kind < encoded // a Go type may hold itself by a pointer
		p.of, check = append(p.of, of), check || of.check || isLink
	}
	p.check = check
	return p, nil
}

// partOf returns the Go type that part i of a type that is read into a Go type is read
// into: nil if it is ignored.
func (s shape) partOf(into reflect.Type, i int) reflect.Type {
	switch {
	case into == nil, s.kind >= encoded:
		return nil
	case s.kind == structure:
		f, ok := into.FieldByName(s.names[i])
		if !ok || !f.IsExported() {
			return nil
		}
		return f.Type
	case s.kind == keyed && i == 0:
		return into.Key()
	default:
		return into.Elem()
	}
}

// deref returns the type that a pointer leads to: gob sends no pointers.
func deref(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
