package client

import (
	"fmt"

	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// decode calls read, which reads a header or a body. A panic of a GobDecode or an
// UnmarshalJSON becomes an error, and so would one of gob's own, which the codec leaves no
// way to: no caller could recover it, because one goroutine of net/rpc's reads for all of
// them.
func decode(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("its decoder panicked: %s", loglimit.Text(p))
		}
	}()
	return read()
}
