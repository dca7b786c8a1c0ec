package embedded

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"syscall"
)

// FreePorts returns HOST:PORTs of this machine on which nobody listens now. It avoids the
// ports that the system gives to clients: an outgoing connection might get one before
// etcd listens on it.
func FreePorts(count int) ([]string, error) {
	first, last := serverPorts()
	var addrs []string
	var err error
	for range 100 * count {
		var l net.Listener
		l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(first+rand.IntN(last-first+1))))
		if err != nil {
			continue
		}
		defer l.Close() // at the end, so that all ports are different
		if addrs = append(addrs, l.Addr().String()); len(addrs) == count {
			return addrs, nil
		}
	}
	return nil, fmt.Errorf("no %d free ports from %d to %d: %w", count, first, last, err)
}

// serverPorts returns the first and the last of 10,000 ports that the system does not
// give to clients, if it says which.
func serverPorts() (first, last int) {
	text, _ := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range") // Linux; others begin at 49152 or at 32768
	return portsOutside(string(text))
}

// portsOutside returns 10,000 ports outside the range in clients, which is two numbers in
// text. It returns 20000 to 29999 if there is no range, or no room beside it.
func portsOutside(clients string) (first, last int) {
	const count = 10_000
	first, last = 20_000, 20_000+count-1
	var low, high int
	if n, _ := fmt.Sscan(clients, &low, &high); n < 2 || last < low || high < first {
		return first, last
	}
	switch {
	case low-count > 1024:
		return low - count, low - 1
	case high+count < 1<<16:
		return high + 1, high + count
	}
	return first, last
}

// inUseOnWindows is the error of Windows for what others call EADDRINUSE; Go takes the
// two for different errors. No other system has an error of that number.
const inUseOnWindows = syscall.Errno(10048) // WSAEADDRINUSE

// PortTaken reports whether err says that a port is in use.
func PortTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, inUseOnWindows)
}
