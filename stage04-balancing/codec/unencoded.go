package codec

import (
	"fmt"
	"io"
)

// unencoded returns what gob said of v when it could not be sent: a *TypeError, unless the
// connection had ended before. Any other connection would have ended with v as well.
func unencoded(v any, err error) error {
	if err == io.ErrClosedPipe {
		return err
	}
	return &TypeError{Type: fmt.Sprintf("%T", v), Err: err}
}
