package etcd

import (
	"errors"
	"fmt"
	"net"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

// named wraps err with etcd's address; nil stays nil. Without a connection it
// reports the last dial error, which says more than context.DeadlineExceeded.
// An error that etcd itself answered is kept.
func (r *Registry) named(err error) error {
	if err == nil {
		return nil
	}
	_, answered := errors.AsType[rpctypes.EtcdError](err)
	if dial := r.conns.dialError(); dial != nil && !answered && !errors.Is(err, net.ErrClosed) {
		err = dial
	}
	return fmt.Errorf("etcd %s: %w", r.name, explained(err))
}
