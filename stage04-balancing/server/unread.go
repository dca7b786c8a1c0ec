package server

import (
	"net/rpc"
	"reflect"
	"time"
)

// A reply waits while its peer does not read, and so do all that come after it. If they
// hold more than Options.MaxUnread together, the peer has a tenth of Options.WriteTimeout
// to read.

// lockWriting locks writing for a reply, and waits for those that came before it.
func (w *wire) lockWriting(resp *rpc.Response, body any) {
	if w.writing.TryLock() {
		return
	}
	size := sizeOf(reflect.ValueOf(body), 0) + int64(len(resp.Error))
	if w.unread.Add(size) > w.srv.opts.MaxUnread && !w.hurried.Swap(true) {
		w.conn.SetWriteDeadline(time.Now().Add(w.srv.opts.WriteTimeout / 10)) // for the write in progress
	}
	w.writing.Lock()
	w.unread.Add(-size)
}

// renewDeadline sets the deadline of the write that follows. Setting one is slow, so one
// deadline serves all replies for half of its time.
func (w *wire) renewDeadline(now time.Time) {
	hurried := w.hurried.Swap(false)
	if !hurried && !now.After(w.renew) {
		return
	}
	timeout := w.srv.opts.WriteTimeout
	w.renew = now.Add(timeout / 2)
	if w.unread.Load() > w.srv.opts.MaxUnread {
		timeout /= 10
		w.renew = now // the next write sets another one
	}
	w.conn.SetWriteDeadline(now.Add(timeout))
}

// deepest is how many pointers, lists and structs deep sizeOf looks: v may hold itself.
const deepest = 8

// sizeOf returns about how many bytes v holds. depth is how deep v lies in another value.
// It does not look into maps, or behind interfaces.
func sizeOf(v reflect.Value, depth int) int64 {
	if depth++; depth > deepest {
		return 0
	}
	switch v.Kind() {
	case reflect.Pointer:
		return sizeOf(v.Elem(), depth) // sizeOf is 0 for nil
	case reflect.String:
		return int64(v.Len())
	case reflect.Slice, reflect.Array:
		size := int64(v.Len()) * int64(v.Type().Elem().Size())
		switch v.Type().Elem().Kind() {
		case reflect.Pointer, reflect.String, reflect.Slice, reflect.Array, reflect.Struct:
			for i := range v.Len() {
				size += sizeOf(v.Index(i), depth)
			}
		}
		return size
	case reflect.Struct:
		size := int64(0)
		for i := range v.NumField() {
			size += sizeOf(v.Field(i), depth)
		}
		return size
	}
	return 0
}
