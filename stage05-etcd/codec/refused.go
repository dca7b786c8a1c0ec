package codec

import "reflect"

// readBody reads a body and counts its message, and the next one if the same read brought it.
func (s *stream) readBody(body any) error {
	s.in.into, s.in.id = reflect.TypeOf(body), 0
	err := s.dec.Decode(body)
	if err != nil {
		err = s.refuse(err)
	}
	s.in.into = nil
	s.out.read.Add(1 + int64(min(1, s.in.buf.Buffered())))
	return err
}

// refuse records err if gob refuses all values of the type that it has read last. Without
// that, gob compiles the type again for each of them: a value of 18 bytes took it 90 ms. To
// tell such a type from a value that gob refuses, it gives gob a value that is empty.
func (s *stream) refuse(err error) error {
	l := s.in
	l.forget()
	this := reading{l.id, l.into}
	shape, defined := l.defined[l.id]
	if !defined || l.left > 0 || shape.kind == array || shape.kind >= encoded {
		return err
	}
	var empty any
	if l.into != nil {
		empty = reflect.New(l.into.Elem()).Interface()
	}
	message := []byte{7, 0xfc, byte(l.id >> 24), byte(l.id >> 16), byte(l.id >> 8), byte(l.id), 0, 0}
	l.whole, l.left = [][]byte{message}, uint64(len(message))
	if s.dec.Decode(empty) == nil {
		return err
	}
	if tooMany := l.count(l.fields*l.lists + uint64(len(err.Error()))); tooMany != nil {
		return tooMany
	}
	l.refused[this] = err
	return err
}
