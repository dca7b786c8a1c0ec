package etcd

import (
	"errors"
	"fmt"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

// explained wraps an error of an etcd that has reached its quota, which it raises
// the alarm NOSPACE for: from then on it takes no registration, neither of servers
// that have come nor of those that are back. Other errors stay as they are.
func explained(err error) error {
	if !errors.Is(err, rpctypes.ErrNoSpace) {
		return err
	}
	return fmt.Errorf("its alarm NOSPACE is on, and nobody can register: compact it, defragment it and disarm the alarm: %w", err)
}
