package etcd

import (
	"errors"
	"fmt"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

// explained adds to an error of an etcd that has reached its quota how to mend that. Such
// an etcd raises the alarm NOSPACE and then accepts no registration, neither of new
// servers nor of those that come back. Other errors are returned unchanged.
func explained(err error) error {
	if !errors.Is(err, rpctypes.ErrNoSpace) {
		return err
	}
	return fmt.Errorf("its alarm NOSPACE is on, and nobody can register: compact it, defragment it and disarm the alarm: %w", err)
}
