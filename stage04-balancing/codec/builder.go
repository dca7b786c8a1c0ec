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
// id if they are ignored. If two of them have one Go type and are sent as different types,
// gob reads both by the definition of the first: it makes as much room as a number says
// that it takes for the length of a map, or swaps two fields. build refuses that.
func (b *builder) build(id uint64, into reflect.Type, within map[any]part) (*plan, error) {
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
	if s.kind >= encoded {
		return &plan{kind: encoded, room: roomFor(into)}, nil
	}
	key := any(id)
	if into != nil {
		key = into
	}
	if first, known := within[key]; known {
		if first.id != id {
			return nil, errMisread
		}
		return first.plan, nil
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
		inner, around := s.partOf(into, i), within
		if s.kind == structure && inner == nil {
			around = make(map[any]part) // gob compiles all that an ignored field leads to
		}
		of, err := b.build(held, inner, around)
		if err != nil {
			if s.kind == structure {
				b.field = cmp.Or(b.field, s.names[i])
			}
			return nil, err
		}
		p.of, check = append(p.of, of), check || of.check
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
		return deref(f.Type)
	case s.kind == keyed && i == 0:
		return deref(into.Key())
	default:
		return deref(into.Elem())
	}
}

// deref returns the type that a pointer leads to: gob sends no pointers.
func deref(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
