package etcd

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"example.com/workshop/stage05-etcd/registry"
)

// adopt records a claim, and the entry written with it, after a request of this
// registration whose response was lost. If the claim is attached to another lease,
// another registration has the id, and adopt returns taken's error.
func (r *registration) adopt(claim *mvccpb.KeyValue) error {
	if claim.Lease != int64(r.lease) {
		return r.taken(claim)
	}
	var written registry.Instance
	json.Unmarshal(claim.Value, &written) // a human may have written a malformed one
	was := r.in
	was.Version = written.Version
	r.entry, r.revision = r.registry.entryKey(was), claim.ModRevision
	return nil
}

// taken returns ErrTaken with the address of the claim's holder.
func (r *registration) taken(claim *mvccpb.KeyValue) error {
	var holder registry.Instance
	if json.Unmarshal(claim.Value, &holder) != nil {
		holder.Addr = fmt.Sprintf("%.200q", claim.Value)
	}
	return fmt.Errorf("%w: %s of %s is %s%s", registry.ErrTaken, r.in.ID, r.in.Service, registry.Holder(holder, r.in), forever(claim))
}
