package codec

import (
	"errors"
	"fmt"
	"net/rpc"
	"reflect"
)

// answer writes a reply, or gob's error in its place if gob refuses the body's value. The
// caller holds the writer's lock.
func (s *stream) answer(r *rpc.Response, body any) error {
	err := s.write(r, body)
	if _, refused := errors.AsType[*TypeError](err); refused {
		r.Error = err.Error()
		err = s.write(r, struct{}{})
	}
	return err
}

// takeBack takes a message out of the queue again, from begin on, because gob refuses its
// body for err. It keeps the definitions of types that gob has put before it, for the
// next message: gob does not repeat them. It returns err as a *TypeError, because body
// would be refused on any other connection as well. The caller holds the writer's lock.
func (s *stream) takeBack(begin int, body any, err error) error {
	d := definition{text: s.out.queue[begin:]}
	for len(d.text) > 0 {
		message := d.text
		end := d.uint() // bytes that follow the length
		end += uint64(len(message) - len(d.text))
		if isDefinition := d.uint()&1 != 0; isDefinition {
			s.types = append(s.types, message[:end]...)
		}
		d.text = message[end:]
	}
	s.out.queue = s.out.queue[:begin]
	return &TypeError{Type: fmt.Sprintf("%T", body), Err: err}
}

// isNil reports whether v is nil, or a pointer that leads to a nil.
func isNil(v reflect.Value) bool {
	for v.IsValid() && v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	return !v.IsValid() || v.Kind() == reflect.Pointer
}
