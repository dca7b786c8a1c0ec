package console

import (
	"fmt"
	"net"
)

// documented are the addresses that pages use.
var documented = []string{"127.0.0.1:1234", "127.0.0.1:8500", "127.0.0.1:2379", "127.0.0.1:2380", "127.0.0.1:2381", "127.0.0.1:8600"}

// PortsFree says which address of those that pages use is taken. Where commands
// are isolated they are free in any case.
func PortsFree() error {
	for _, addr := range documented {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return fmt.Errorf("the pages' commands need %s: stop what listens there: %w", addr, err)
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}
