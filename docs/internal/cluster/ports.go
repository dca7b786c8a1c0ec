package cluster

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
)

// freePorts returns addresses on which nobody listens now. They are not among the ports
// that the system gives to clients: a node tells the others its address before it listens
// there, and any connection might get such a port meanwhile.
func freePorts(count int) ([]string, error) {
	text, _ := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range") // Linux; others begin at 49152 or at 32768
	first := firstOutside(string(text))
	var addrs []string
	var err error
	for range 100 * count {
		var l net.Listener
		l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(first+rand.IntN(manyPorts))))
		if err != nil {
			continue
		}
		defer l.Close() // only then, so that all are different
		if addrs = append(addrs, l.Addr().String()); len(addrs) == count {
			return addrs, nil
		}
	}
	return nil, fmt.Errorf("no %d free ports from %d on: %w", count, first, err)
}

// onFreePorts calls start, which chooses free ports and has processes listen on them. It
// calls start again if another process was faster, five times at most.
func onFreePorts(start func() error) (err error) {
	for range 5 {
		if err = start(); !portTaken(err) {
			break
		}
	}
	return err
}

// portTaken reports whether a process that ended with err did so because another process
// has its port. It goes by the error's text, which is the system's: there is nothing
// else.
func portTaken(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "address already in use") ||
		strings.Contains(err.Error(), "Only one usage of each socket address")) // Windows
}

// manyPorts are enough to choose from, and few enough to stand on either side of
// those for clients.
const manyPorts = 10_000

// firstOutside returns the first of many ports that are not in the range for
// clients, which is two numbers in text; 20000 if it holds none or leaves no room.
func firstOutside(clients string) int {
	const usual = 20_000
	var low, high int
	if n, _ := fmt.Sscan(clients, &low, &high); n < 2 || high < usual || low >= usual+manyPorts {
		return usual
	}
	switch {
	case low-manyPorts > 1024:
		return low - manyPorts
	case high+manyPorts < 1<<16:
		return high + 1
	}
	return usual
}
