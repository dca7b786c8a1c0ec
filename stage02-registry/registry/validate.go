package registry

import (
	"fmt"
	"net"
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
		return &FieldError{"network", fmt.Sprintf("unknown network %q: want tcp, http or jsonrpc", in.Network)}
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
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return &FieldError{"addr", fmt.Sprintf("%q has no port between 1 and 65535", addr)}
	}
	if ip := net.ParseIP(host); ip != nil {
		if ip.IsUnspecified() {
			return &FieldError{"addr", fmt.Sprintf("%q is every interface, which nobody can call", addr)}
		}
		return nil
	}
	if strings.ContainsAny(host, ":[]+") {
		return &FieldError{"addr", fmt.Sprintf("%q is not host:port", addr)}
	}
	return validName("addr", host)
}
