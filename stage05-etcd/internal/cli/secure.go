package cli

import "net"

// ListenSecure listens as Listen does, for TLS: there is nothing to warn of.
func ListenSecure(flag, addr string) (net.Listener, error) { return listen(flag, addr) }
