package etcd

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"example.com/workshop/stage05-etcd/registry"
)

// Where things are. The prefix of a service ends in a slash, or else that of
// foo would be one of foobar too; no name has a slash. An instance's version is
// part of its key, so two of one id could stand side by side; that there is one
// is what the key of its claim is for. It is no service's, since no name has
// an equals sign.

func (r *Registry) servicePrefix(service string) string { return r.opts.Prefix + service + "/" }

func (r *Registry) entryKey(service, version, id string) string {
	return r.servicePrefix(service) + cmp.Or(version, "-") + "/" + id
}

func (r *Registry) claimKey(service, id string) string {
	return r.opts.Prefix + "=id/" + service + "/" + id
}

// claim says who holds an id, and under which version the entry stands.
type claim struct {
	Owner   string `json:"owner"` // one registration
	Addr    string `json:"addr"`
	Version string `json:"version"`
}

// withDefaults fills in what may be left out of an instance.
func withDefaults(in registry.Instance) registry.Instance {
	in.ID = cmp.Or(in.ID, in.Addr)
	in.Network = cmp.Or(in.Network, "tcp")
	if len(in.Metadata) == 0 {
		in.Metadata = nil
	}
	return in
}

// decode returns the instance of an entry. One written by hand may leave out
// what its key says.
func (r *Registry) decode(service string, kv *mvccpb.KeyValue) (registry.Instance, error) {
	in := registry.Instance{Weight: 1}
	if err := json.Unmarshal(kv.Value, &in); err != nil {
		return in, err
	}
	version, id, ok := strings.Cut(strings.TrimPrefix(string(kv.Key), r.servicePrefix(service)), "/")
	if !ok {
		return in, errors.New("the key has no version")
	}
	in.Service, in.ID = cmp.Or(in.Service, service), cmp.Or(in.ID, id)
	if in.Version == "" && version != "-" {
		in.Version = version
	}
	in = withDefaults(in)
	if in.Service != service || string(kv.Key) != r.entryKey(service, in.Version, in.ID) {
		return in, fmt.Errorf("says that it is %s of %s, version %q", in.ID, in.Service, in.Version)
	}
	return in, in.Validate()
}

// checkName returns a *registry.FieldError unless service can be a name.
func checkName(service string) error {
	return registry.Instance{Service: service, ID: "any", Addr: "any:1", Network: "tcp"}.Validate()
}
