package registry

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Bounds of what a store holds, in all and of one service. The bytes are those
// of its responses, so that a client which reads maxResponse can read every list.
const (
	MaxInstances        = 100_000
	MaxServiceInstances = 10_000
	MaxBytes            = 64 << 20
	MaxServiceBytes     = 8 << 20
)

// maxResponse bounds what the client reads of a response, in bytes: of a list all that a
// store may hold, and what stands around it, and of others as much as requests have.
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

// sizeOf returns the room that one instance takes: its bytes are its JSON, a
// comma, and the name of its service, as if it had that to itself.
func sizeOf(in Instance) size {
	text, _ := json.Marshal(in) // which cannot fail for strings and a number
	return size{1, len(text) + len(`,"":[],`) + len(in.Service)}
}

func (a size) plus(b size) size  { return size{a.instances + b.instances, a.bytes + b.bytes} }
func (a size) minus(b size) size { return size{a.instances - b.instances, a.bytes - b.bytes} }

// usage is the room that each service takes, and all of them under no name.
type usage map[string]size

// add counts more room for a service, which is less where more is below zero. It
// returns ErrFull, and counts nothing, if what grows then exceeds its bound.
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

// free counts less room for a service, and forgets the service with the last of it.
func (u usage) free(service string, less size) {
	u[""], u[service] = u[""].minus(less), u[service].minus(less)
	if u[service].instances == 0 {
		delete(u, service)
	}
}
