package registry_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/registry"
)

// valid returns an instance without a fault.
func valid() registry.Instance {
	return registry.Instance{Service: "Arith", ID: "a", Addr: "127.0.0.1:1234", Network: "tcp", Weight: 1}
}

func entries(n int) map[string]string {
	m := make(map[string]string, n)
	for i := range n {
		m[fmt.Sprintf("key%d", i)] = "value"
	}
	return m
}

func TestValidateAcceptsWhatIsWithinBounds(t *testing.T) {
	for name, change := range map[string]func(*registry.Instance){
		"the shortest":          func(*registry.Instance) {},
		"no version":            func(in *registry.Instance) { in.Version = "" },
		"a version":             func(in *registry.Instance) { in.Version = "v1.2.3-rc.1+build" },
		"http":                  func(in *registry.Instance) { in.Network = "http" },
		"jsonrpc":               func(in *registry.Instance) { in.Network = "jsonrpc" },
		"weight 0":              func(in *registry.Instance) { in.Weight = 0 },
		"the greatest weight":   func(in *registry.Instance) { in.Weight = registry.MaxWeight },
		"the longest names":     func(in *registry.Instance) { in.Service, in.ID = strings.Repeat("s", 128), strings.Repeat("i", 128) },
		"dots in a name":        func(in *registry.Instance) { in.Service = "..." },
		"a host name":           func(in *registry.Instance) { in.Addr = "server-1.example.com:80" },
		"the greatest port":     func(in *registry.Instance) { in.Addr = "127.0.0.1:65535" },
		"IPv6":                  func(in *registry.Instance) { in.Addr = "[2001:db8::1]:80" },
		"an IPv6 address as id": func(in *registry.Instance) { in.ID = "[::1]:80" },
		"much metadata":         func(in *registry.Instance) { in.Metadata = entries(32) },
		"a long value":          func(in *registry.Instance) { in.Metadata = map[string]string{"k": strings.Repeat("v", 256)} },
		"any text as a value":   func(in *registry.Instance) { in.Metadata = map[string]string{"k": "rack 7 / 東京"} },
	} {
		t.Run(name, func(t *testing.T) {
			in := valid()
			change(&in)
			require.NoError(t, in.Validate())
		})
	}
}

func TestValidateNamesTheBadField(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*registry.Instance)
		want   registry.FieldError
	}{
		"no service": {
			func(in *registry.Instance) { in.Service = "" },
			registry.FieldError{Field: "service", Problem: "missing"}},
		"a slash": {
			func(in *registry.Instance) { in.Service = "a/b" },
			registry.FieldError{Field: "service", Problem: `"a/b" has '/': only letters, digits and -_.:[]+ may stand here`}},
		"a control character": {
			func(in *registry.Instance) { in.Service = "a\nb" },
			registry.FieldError{Field: "service", Problem: `"a\nb" has '\n': only letters, digits and -_.:[]+ may stand here`}},
		"a letter beyond ASCII": {
			func(in *registry.Instance) { in.Service = "ärith" },
			registry.FieldError{Field: "service", Problem: `"ärith" has 'ä': only letters, digits and -_.:[]+ may stand here`}},
		"the parent directory": {
			func(in *registry.Instance) { in.Service = ".." },
			registry.FieldError{Field: "service", Problem: `".." is not a name`}},
		"the same directory": {
			func(in *registry.Instance) { in.ID = "." },
			registry.FieldError{Field: "id", Problem: `"." is not a name`}},
		"a long service": {
			func(in *registry.Instance) { in.Service = strings.Repeat("s", 129) },
			registry.FieldError{Field: "service", Problem: "longer than 128 bytes"}},
		"no id": {
			func(in *registry.Instance) { in.ID = "" },
			registry.FieldError{Field: "id", Problem: "missing"}},
		"a space in the id": {
			func(in *registry.Instance) { in.ID = "a b" },
			registry.FieldError{Field: "id", Problem: `"a b" has ' ': only letters, digits and -_.:[]+ may stand here`}},
		"no address": {
			func(in *registry.Instance) { in.Addr = "" },
			registry.FieldError{Field: "addr", Problem: "missing"}},
		"no port": {
			func(in *registry.Instance) { in.Addr = "localhost" },
			registry.FieldError{Field: "addr", Problem: `"localhost" is not host:port`}},
		"no host": {
			func(in *registry.Instance) { in.Addr = ":80" },
			registry.FieldError{Field: "addr", Problem: `":80" is not host:port`}},
		"port 0": {
			func(in *registry.Instance) { in.Addr = "localhost:0" },
			registry.FieldError{Field: "addr", Problem: `"localhost:0" has no port between 1 and 65535`}},
		"a port too high": {
			func(in *registry.Instance) { in.Addr = "localhost:65536" },
			registry.FieldError{Field: "addr", Problem: `"localhost:65536" has no port between 1 and 65535`}},
		"a named port": {
			func(in *registry.Instance) { in.Addr = "localhost:http" },
			registry.FieldError{Field: "addr", Problem: `"localhost:http" has no port between 1 and 65535`}},
		"IPv6 without brackets": {
			func(in *registry.Instance) { in.Addr = "::1:80" },
			registry.FieldError{Field: "addr", Problem: `"::1:80" is not host:port`}},
		"brackets around no IPv6": {
			func(in *registry.Instance) { in.Addr = "[a:b]:80" },
			registry.FieldError{Field: "addr", Problem: `"[a:b]:80" has a host that is neither an IP address nor a name`}},
		"every interface": {
			func(in *registry.Instance) { in.Addr = "0.0.0.0:80" },
			registry.FieldError{Field: "addr", Problem: `"0.0.0.0:80" is every interface, which nobody can call`}},
		"every interface in IPv6": {
			func(in *registry.Instance) { in.Addr = "[::]:80" },
			registry.FieldError{Field: "addr", Problem: `"[::]:80" is every interface, which nobody can call`}},
		"a slash in the host": {
			func(in *registry.Instance) { in.Addr = "a/b:80" },
			registry.FieldError{Field: "addr", Problem: `"a/b:80" has a host that is neither an IP address nor a name`}},
		"a long address": {
			func(in *registry.Instance) { in.Addr = strings.Repeat("a", 254) + ":80" },
			registry.FieldError{Field: "addr", Problem: "longer than 256 bytes"}},
		"an unknown network": {
			func(in *registry.Instance) { in.Network = "udp" },
			registry.FieldError{Field: "network", Problem: `unknown network "udp": want tcp, http or jsonrpc`}},
		"a slash in the version": {
			func(in *registry.Instance) { in.Version = "1/2" },
			registry.FieldError{Field: "version", Problem: `"1/2" has '/': only letters, digits and -_.:[]+ may stand here`}},
		"a weight below zero": {
			func(in *registry.Instance) { in.Weight = -1 },
			registry.FieldError{Field: "weight", Problem: "-1 is not between 0 and 1000"}},
		"a weight too great": {
			func(in *registry.Instance) { in.Weight = 1001 },
			registry.FieldError{Field: "weight", Problem: "1001 is not between 0 and 1000"}},
		"too much metadata": {
			func(in *registry.Instance) { in.Metadata = entries(33) },
			registry.FieldError{Field: "metadata", Problem: "more than 32 entries"}},
		"metadata without a key": {
			func(in *registry.Instance) { in.Metadata = map[string]string{"": "v"} },
			registry.FieldError{Field: "metadata", Problem: "missing"}},
		"metadata with a long value": {
			func(in *registry.Instance) { in.Metadata = map[string]string{"k": strings.Repeat("v", 257)} },
			registry.FieldError{Field: "metadata", Problem: "the value of k is longer than 256 bytes"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := valid()
			c.change(&in)
			got, ok := errors.AsType[*registry.FieldError](in.Validate())
			require.True(t, ok, "no *FieldError")
			require.Empty(t, cmp.Diff(*got, c.want))
		})
	}
}

func TestAnAddressThatNoMachineHasIsRefused(t *testing.T) {
	const number, group, zone = "has a number for a host, and not an IP address", "is a group of machines, which nobody can call", "has a zone, which other machines do not know"
	const name = "has a host that is neither an IP address nor a name"
	const port, everywhere = "has no port between 1 and 65535", "is every interface, which nobody can call"
	for addr, problem := range map[string]string{
		"0:80":                             number,
		"2130706433:80":                    number,
		"224.0.0.1:80":                     group,
		"0x7f.1:80":                        number,
		"0X7F000001:80":                    number,
		"127.1:80":                         number,
		"999.1.1.1:80":                     number,
		"127.0.0.01:80":                    number,
		"1.2.3.4.5:80":                     number,
		"127.0.0.1.:80":                    number,
		"host.08:80":                       number,
		"host.0x:80":                       number,
		"255.255.255.255:80":               group,
		"[ff02::1]:80":                     group,
		"[::ffff:224.0.0.1]:1":             group,
		"[::ffff:0.0.0.0]:1":               everywhere,
		"[fe80::1%eth0]:80":                zone,
		"127.0.0.1:00080":                  port,
		"127.0.0.1:+80":                    port,
		"a..b:1":                           name,
		".a:1":                             name,
		".:1":                              name,
		"a..:1":                            name,
		"-:1":                              name,
		"-a.b:1":                           name,
		"a-.b:1":                           name,
		"a b:1":                            name,
		"ä:1":                              name,
		"a+b:1":                            name,
		strings.Repeat("a", 64) + ":1":     name,
		strings.Repeat("a.", 126) + "bc:1": name,
	} {
		in := valid()
		in.Addr = addr
		want := registry.FieldError{Field: "addr", Problem: fmt.Sprintf("%q %s", addr, problem)}
		require.Equal(t, &want, in.Validate(), addr)
	}
	for _, addr := range []string{"0.example:80", "0x7f.example:80", "1a:80", "0b1:80", "beef:80", "x0:80", "host.:80", "239.example.com:80", "a_b.my-host:1", strings.Repeat("a", 63) + ".b:1", strings.Repeat("a.", 126) + "b:1", "[fe80::1]:80", "192.168.0.255:80"} {
		in := valid()
		in.Addr = addr
		require.NoError(t, in.Validate(), addr)
	}
}
