package codec

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
)

// plan says how gob reads the values of one of the peer's types into a Go type. gob is
// given no value without one: what does not fit it would compile again for each value, and
// 18 bytes took it 90 ms.
type plan struct {
	kind  uint64  // as in shape, or number or twoNumbers
	of    []*plan // of the fields, of the elements, or of the keys and the elements
	room  uint64  // bytes that a value takes in memory, without what it holds; see roomFor
	check bool    // whether gob may be given a value only once it has been followed
}

// Values of these kinds have no definition. Those of kind encoded and these hold no others.
const (
	number = encoded + 3 + iota
	twoNumbers
)

var (
	errMisread = errors.New("gob would read a value by the definition of another")
	plainPlan  = map[uint64]*plan{
		boolID: {kind: number}, intID: {kind: number}, uintID: {kind: number}, floatID: {kind: number},
		bytesID: {kind: encoded}, stringID: {kind: encoded}, complexID: {kind: twoNumbers},
	}
)

// pair is one of the peer's types, and the Go type that its values are read into: nil if
// they are ignored.
type pair struct {
	id   uint64
	into reflect.Type
}

// planned is the plan for a pair, or why there is none.
type planned struct {
	plan *plan
	err  error
}

// found is a plan that was looked for.
type found struct {
	pair
	*plan
}

// perNode is what a part of a plan counts as, in bytes of definitions: gob keeps some 85
// bytes for what it compiles of it, and the plan takes about as many.
const perNode = 4

// planFor returns the plan for a pair. It fails with errTypes if the peer has made gob
// compile too much; any other error concerns this pair alone. It remembers the latest two, a
// header's and a body's, so that most calls look nothing up in a map.
func (l *limited) planFor(id uint64, into reflect.Type) (*plan, error) {
	asked := pair{id, into}
	for _, latest := range l.latest {
		if latest.plan != nil && latest.pair == asked {
			return latest.plan, nil
		}
	}
	p, err := l.planned(pair{id, deref(into)})
	if err == nil {
		l.latest = [2]found{l.latest[1], {asked, p}}
	}
	return p, err
}

// planned returns the plan for a pair, which it makes if there is none.
func (l *limited) planned(this pair) (*plan, error) {
	if known, ok := l.plans[this]; ok {
		return known.plan, known.err
	}
	b := builder{limited: l, made: make(map[pair]planned)}
	root, err := b.build(this.id, this.into, make(map[any]part), make(map[reflect.Type]uint64))
	if tooMany := l.count(perNode * b.nodes); tooMany != nil {
		return nil, tooMany
	}
	if err != nil {
		if b.field != "" {
			err = fmt.Errorf("field %.40q: %w", b.field, err)
		}
		err = fmt.Errorf("gob: %w", err)
		b.made = map[pair]planned{this: {err: err}} // gob keeps nothing of what does not fit
	} else {
		b.made[this] = planned{plan: root}
	}
	maps.Copy(l.plans, b.made)
	return root, err
}

// readBody reads a body and counts its message, and the next one if the same read brought it.
func (s *stream) readBody(body any) error {
	err := s.decode(body)
	s.out.read.Add(1 + int64(min(1, s.in.buf.Buffered())))
	return err
}

// decode reads a value, for which there must be a plan.
func (s *stream) decode(into any) error {
	s.in.into = reflect.TypeOf(into)
	return s.dec.Decode(into)
}
