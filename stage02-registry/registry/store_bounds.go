package registry

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Bounds of a store, in all and for one service. The bytes are counted as in responses,
// so a client that reads maxResponse can read every list.
const (
	MaxInstances        = 100_000
	MaxServiceInstances = 10_000
	MaxBytes            = 64 << 20
	MaxServiceBytes     = 8 << 20
)

// maxResponse is how many bytes of a response the client reads at most. For a list that
// is all that a store may hold, and the JSON around it. For other responses it is the
// bound of a request.
func maxResponse(req *http.Request) int64 {
	switch {
	case req.Method != http.MethodGet:
		return maxBody
	case strings.HasSuffix(req.URL.Path, "/services"):
		return MaxBytes + 1<<10
	}
	return MaxServiceBytes + 1<<10
}

// size is how much room instances take.
type size struct{ instances, bytes int }

// sizeOf returns the room that one instance takes. Its bytes are those in a list of all
// services where its service has no other: its JSON, and the service's name with [].
func sizeOf(in Instance) size {
	text, _ := json.Marshal(in) // cannot fail for strings and a number
	return size{1, len(text) + len(`,"":[],`) + len(in.Service)}
}

func (a size) plus(b size) size  { return size{a.instances + b.instances, a.bytes + b.bytes} }
func (a size) minus(b size) size { return size{a.instances - b.instances, a.bytes - b.bytes} }

// usage is the room that each service takes, by name. The key "" holds the sum.
type usage map[string]size

// add adds more to a service's room; more may be negative. If a number that grows would
// exceed its bound, add changes nothing and returns ErrFull.
func (u usage) add(service string, more size) error {
	all, one := u[""].plus(more), u[service].plus(more)
	switch {
	case more.instances > 0 && all.instances > MaxInstances:
		return fmt.Errorf("%w: the registry holds %d", ErrFull, MaxInstances)
	case more.instances > 0 && one.instances > MaxServiceInstances:
		return fmt.Errorf("%w: %s has %d", ErrFull, service, MaxServiceInstances)
	case more.bytes > 0 && all.bytes > MaxBytes:
		return fmt.Errorf("%w: the registry holds %d bytes of %d", ErrFull, u[""].bytes, MaxBytes)
	case more.bytes > 0 && one.bytes > MaxServiceBytes:
		return fmt.Errorf("%w: %s has %d bytes of %d", ErrFull, service, u[service].bytes, MaxServiceBytes)
	}
	u[""], u[service] = all, one
	return nil
}

// free takes less off a service's room, and forgets the service after its last instance.
func (u usage) free(service string, less size) {
	u[""], u[service] = u[""].minus(less), u[service].minus(less)
	if u[service].instances == 0 {
		delete(u, service)
	}
}
