package console

import (
	"fmt"
	"net"
)

// Ports are the addresses that pages use.
var Ports = []string{"127.0.0.1:1234", "127.0.0.1:8500", "127.0.0.1:2379", "127.0.0.1:2380", "127.0.0.1:2381", "127.0.0.1:8600"}

// Free returns which of some addresses is taken. If commands are isolated, none is.
func Free(addrs ...string) error {
	for _, addr := range addrs {
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
