package client

import (
	"errors"
	"fmt"
	"net/rpc"
	"reflect"
)

// pending is one attempt in progress.
type pending struct {
	conn *Conn
	dst  reflect.Value // the caller's variable
	own  reflect.Value // the attempt's own
	res  result
	call *rpc.Call
	done chan *rpc.Call
}

// start sends a request without waiting for anything. After an error it has
// not been sent.
func (c *Conn) start(method string, args, reply any) (*pending, error) {
	dst := reflect.ValueOf(reply)
	if dst.Kind() != reflect.Pointer || dst.IsNil() {
		return nil, &replyError{fmt.Errorf("the reply must be a non-nil pointer, not %T", reply)}
	}
	if c.link.closed.Load() {
		return nil, rpc.ErrShutdown
	}
	p, ok := c.spare.Get().(*pending)
	if !ok {
		p = &pending{done: make(chan *rpc.Call, 1)}
	}
	p.conn, p.dst, p.own = c, dst.Elem(), reflect.New(dst.Type().Elem())
	p.res = result{value: p.own.Interface()}
	p.call = c.rpc.Go(method, args, &p.res, p.done)
	return p, nil
}

// finish returns how the attempt ended, once done has been received from, and
// hands over the reply.
func (p *pending) finish() (sent bool, err error) {
	defer p.free()
	err = p.call.Error
	switch {
	case err == nil && p.res.err == nil:
		p.dst.Set(p.own.Elem())
		return true, nil
	case err == nil:
		return true, p.res.err
	}
	unsent, ok := errors.AsType[*unsentError](err)
	if ok {
		err = unsent.err
	}
	if errors.Is(err, rpc.ErrShutdown) && !p.conn.link.closed.Load() {
		return false, p.conn.link.before()
	}
	return !ok, err
}

// free keeps p for another attempt. One that was given up is not kept, for its
// answer may still come.
func (p *pending) free() {
	spare := &p.conn.spare
	*p = pending{done: p.done}
	spare.Put(p)
}
