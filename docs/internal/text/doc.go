// Package text keeps the workshop's Markdown true. It compares what a page shows of the
// source, of the manifest and of the fault matrix with the original; go run ./docs sync
// updates it.
//
// The one rule: nobody types what a program can look up. A block of Go names the
// declarations that it shows, and a figure stands between comments that say where it
// comes from.
package text

import "fmt"

// Problem is a place in a page that is not true.
type Problem struct {
	Path string // of the page, below the repository, with slashes
	Line int    // from 1
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.Text) }
