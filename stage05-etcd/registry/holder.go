package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Holder names the instance that has an id, for an error to a newcomer that asks for the
// same id. It returns the instance's address. If that is the newcomer's address too, it
// adds the instance's metadata, such as its start time. Otherwise the newcomer's log
// would seem to name the newcomer.
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
