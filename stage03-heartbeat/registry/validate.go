package registry

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Bounds of what an Instance may hold.
const (
	MaxWeight   = 1000
	maxName     = 128 // bytes of a service, id, version or metadata key
	maxValue    = 256 // bytes of an address or metadata value
	maxMetadata = 32  // entries
)

// FieldError says which field of a request is bad, and why.
type FieldError struct {
	Field   string `json:"field"`
	Problem string `json:"error"`
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Problem }

// Validate returns a *FieldError for the first field that is out of bounds.
func (in Instance) Validate() error {
	if err := ValidService(in.Service); err != nil {
		return err
	}
	if err := validAddr(in.Addr); err != nil {
		return err
	}
	if err := validName("id", in.ID); err != nil {
		return err
	}
	switch in.Network {
	case "tcp", "http", "jsonrpc":
	default:
		return &FieldError{"network", fmt.Sprintf("unknown network %.64q: want tcp, http or jsonrpc", in.Network)}
	}
	if in.Version != "" {
		if err := validName("version", in.Version); err != nil {
			return err
		}
	}
	if in.Weight < 0 || in.Weight > MaxWeight {
		return &FieldError{"weight", fmt.Sprintf("%d is not between 0 and %d", in.Weight, MaxWeight)}
	}
	if len(in.Metadata) > maxMetadata {
		return &FieldError{"metadata", fmt.Sprintf("more than %d entries", maxMetadata)}
	}
	for key, value := range in.Metadata {
		if err := validName("metadata", key); err != nil {
			return err
		}
		if len(value) > maxValue {
			return &FieldError{"metadata", fmt.Sprintf("the value of %s is longer than %d bytes", key, maxValue)}
		}
	}
	return nil
}

// ValidService returns a *FieldError unless a service may have this name.
func ValidService(name string) error { return validName("service", name) }

// validName accepts what can stand in a URL's path, an etcd key and a log line
// without quoting: letters, digits and -_.:[]+ in ASCII, but no "." or "..".
func validName(field, name string) error {
	switch {
	case name == "":
		return &FieldError{field, "missing"}
	case len(name) > maxName:
		return &FieldError{field, fmt.Sprintf("longer than %d bytes", maxName)}
	case name == "." || name == "..":
		return &FieldError{field, fmt.Sprintf("%q is not a name", name)}
	}
	for _, c := range name {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && !strings.ContainsRune("-_.:[]+", c) {
			return &FieldError{field, fmt.Sprintf("%q has %q: only letters, digits and -_.:[]+ may stand here", name, c)}
		}
	}
	return nil
}

func validAddr(addr string) error {
	if addr == "" {
		return &FieldError{"addr", "missing"}
	}
	if len(addr) > maxValue {
		return &FieldError{"addr", fmt.Sprintf("longer than %d bytes", maxValue)}
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil || host == "" {
		return &FieldError{"addr", fmt.Sprintf("%q is not host:port", addr)}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return &FieldError{"addr", fmt.Sprintf("%q has no port between 1 and 65535", addr)}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return validIP(addr, ip.Unmap())
	}
	name := strings.TrimSuffix(host, ".")
	if !isHostName(name) {
		return &FieldError{"addr", fmt.Sprintf("%q has a host that is neither an IP address nor a name", addr)}
	}
	if isNumber(name[strings.LastIndexByte(name, '.')+1:]) {
		return &FieldError{"addr", fmt.Sprintf("%q has a number for a host, and not an IP address", addr)}
	}
	return nil
}

// validIP refuses an address that does not stand for one machine, or not for the same
// machine to every caller.
func validIP(addr string, ip netip.Addr) error {
	switch {
	case ip.IsUnspecified():
		return &FieldError{"addr", fmt.Sprintf("%q is every interface, which nobody can call", addr)}
	case ip.IsMulticast(), ip == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return &FieldError{"addr", fmt.Sprintf("%q is a group of machines, which nobody can call", addr)}
	case ip.Zone() != "":
		return &FieldError{"addr", fmt.Sprintf("%q has a zone, which other machines do not know", addr)}
	}
	return nil
}

// isHostName reports whether a name has 253 bytes at most, and each of its labels 1 to 63
// letters, digits, hyphens and underscores, with no hyphen at an end (RFC 1123, section
// 2.1, and the underscore, which container networks use).
func isHostName(name string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "-") != label || strings.Trim(label, allowed) != "" {
			return false
		}
	}
	return len(name) <= 253
}

// isNumber reports whether some resolvers, such as inet_aton, take a label for part of an
// IPv4 address: 0 for 0.0.0.0, 0x7f.1 for 127.0.0.1. No top-level domain is such a label.
func isNumber(label string) bool {
	if hex, ok := strings.CutPrefix(strings.ToLower(label), "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}
