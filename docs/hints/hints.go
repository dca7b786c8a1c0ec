// Package hints holds the hints for the functions that a participant writes: one
// Markdown file for each stage, stageNN.md, with a heading for each function.
package hints

import "embed"

// Files are the Markdown files.
//
//go:embed *.md
var Files embed.FS
