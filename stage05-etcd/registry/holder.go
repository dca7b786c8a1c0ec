package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Holder returns how an error names the instance that has an id, to a newcomer
// that wants it: by its address. If that is the newcomer's own, it adds what the
// metadata says, such as when it was started, or else the newcomer's log would
// name nobody but the newcomer.
func Holder(has, newcomer Instance) string {
	if has.Addr != newcomer.Addr || len(has.Metadata) == 0 {
		return has.Addr
	}
	var about []string
	for _, key := range slices.Sorted(maps.Keys(has.Metadata)) {
		about = append(about, key+"="+has.Metadata[key])
	}
	return fmt.Sprintf("%.200s (%.200s)", has.Addr, strings.Join(about, ", "))
}
