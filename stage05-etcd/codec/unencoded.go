package codec

import (
	"fmt"
	"io"
)

// unencoded returns gob's error about v as a *TypeError, because v would end any other
// connection as well. If the connection had ended before, it returns err unchanged.
func unencoded(v any, err error) error {
	if err == io.ErrClosedPipe {
		return err
	}
	return &TypeError{Type: fmt.Sprintf("%T", v), Err: err}
}
