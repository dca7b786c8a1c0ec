package client

import (
	"fmt"

	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// decode reads a body. A panic of a GobDecode or an UnmarshalJSON becomes an error: no
// caller could recover it, because one goroutine of net/rpc's reads for all of them.
func (l *link) decode(into any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("its decoder panicked: %s", loglimit.Text(p))
		}
	}()
	return l.ClientCodec.ReadResponseBody(into)
}
