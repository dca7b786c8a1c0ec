package difftext

import (
	"bufio"
	"maps"
	"slices"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// Trees prints what differs between two folders, file by file, tests included.
// It returns the number of files that differ.
func Trees(screen *term.Screen, beforeName, afterName string, before, after stages.Tree) (int, error) {
	out := bufio.NewWriter(screen)
	names := []stages.Stage{{Number: 1, Dir: beforeName}, {Number: 2, Dir: afterName}}
	w := &writer{Screen: screen, out: out, all: names, from: 1, to: 2}
	changes := stages.Compare(before, after)
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		w.show(changes[name])
	}
	return len(changes), out.Flush()
}
