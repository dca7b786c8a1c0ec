package etcd

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"example.com/workshop/stage05-etcd/registry"
)

// entry decodes the value of a key. A malformed one is marked as bad, and logged if it is
// new. An entry without a lease is logged too: it stays for ever, and only a human writes
// one.
func (w *watcher) entry(kv *mvccpb.KeyValue) entry {
	e, known := w.entries[string(kv.Key)]
	e.revision = kv.ModRevision
	if known && e.isOf(kv) {
		return e
	}
	if kv.Lease == 0 {
		w.log.Warn("an entry has no lease and stays whatever becomes of its server: etcdctl del KEY removes it", "key", string(kv.Key))
	}
	var err error
	e.text = textOf(kv)
	e.instance, err = w.registry.decode(w.service, kv)
	e.bad = err != nil
	if e.bad {
		w.log.Warn("a malformed entry is left out", "key", string(kv.Key), "value", fmt.Sprintf("%.200q", kv.Value), "err", fmt.Sprintf("%.200v", err))
	}
	return e
}

// maxEntry bounds the bytes of an entry. No valid instance has as many.
const maxEntry = 64 << 10

var errTooLong = fmt.Errorf("longer than %d bytes", maxEntry)

// textOf returns what is stored of an entry: its text, or a hash of one that is too long.
func textOf(kv *mvccpb.KeyValue) string {
	if len(kv.Value) <= maxEntry {
		return string(kv.Value)
	}
	hash := sha256.Sum256(kv.Value)
	return string(hash[:])
}

// isOf reports whether e was decoded from the text of kv. It copies no valid text, since
// verify compares every entry of a list.
func (e entry) isOf(kv *mvccpb.KeyValue) bool {
	if len(kv.Value) <= maxEntry {
		return e.text == string(kv.Value)
	}
	return e.text == textOf(kv)
}

// forever returns how to remove a claim that has no lease and so never expires. For other
// claims it returns "".
func forever(claim *mvccpb.KeyValue) string {
	if claim.Lease != 0 {
		return ""
	}
	return fmt.Sprintf(", and stays so, for the claim has no lease: etcdctl del %s removes it", claim.Key)
}

// decode returns the instance of an entry. An entry written by hand may leave out what
// its key says. An entry that contradicts its key is an error, and so is an instance that
// is not valid.
func (r *Registry) decode(service string, kv *mvccpb.KeyValue) (registry.Instance, error) {
	in := registry.Instance{Weight: 1}
	if len(kv.Value) > maxEntry {
		return in, errTooLong
	}
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
	in = in.WithDefaults()
	if in.Service != service || string(kv.Key) != r.entryKey(in) {
		return in, fmt.Errorf("says that it is %s of %s, version %q", in.ID, in.Service, in.Version)
	}
	return in, in.Validate()
}
