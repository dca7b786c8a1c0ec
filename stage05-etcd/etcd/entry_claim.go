package etcd

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"example.com/workshop/stage05-etcd/registry"
)

// adopt notes a claim that this registration has written itself, by a request whose
// answer got lost, and the entry that came with it. If the claim hangs on another
// lease, the id is another's: adopt returns taken's error.
func (r *registration) adopt(claim *mvccpb.KeyValue) error {
	if claim.Lease != int64(r.lease) {
		return r.taken(claim)
	}
	var written registry.Instance
	json.Unmarshal(claim.Value, &written) // which a human may have left malformed
	was := r.in
	was.Version = written.Version
	r.entry, r.revision = r.registry.entryKey(was), claim.ModRevision
	return nil
}

// taken returns ErrTaken with the Holder of the id, as the claim says.
func (r *registration) taken(claim *mvccpb.KeyValue) error {
	var holder registry.Instance
	if json.Unmarshal(claim.Value, &holder) != nil {
		holder.Addr = fmt.Sprintf("%.200q", claim.Value)
	}
	return fmt.Errorf("%w: %s of %s is %s%s", registry.ErrTaken, r.in.ID, r.in.Service, registry.Holder(holder, r.in), forever(claim))
}
