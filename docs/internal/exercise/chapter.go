package exercise

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// section returns the chapter that asks for a function to be written, from the
// repository, and the heading under which it does. Both are empty if no chapter does.
func (c *copied) section(t Task) (chapter, heading string) {
	docs := os.DirFS(filepath.Join(c.Root, "docs")) // so that Glob takes nothing in Root for a pattern
	names, _ := fs.Glob(docs, c.Stage.Dir+"*.md")
	for _, name := range names {
		text, err := fs.ReadFile(docs, name)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && line[0] == '#' {
				heading = strings.TrimSpace(title)
			}
			words := strings.Fields(line)
			if len(words) > 3 && words[0] == "```go" && words[1] == path.Join(c.Stage.Dir, t.File) &&
				words[len(words)-1] == "signature" && slices.Contains(words[2:], t.Name) {
				return "docs/" + name, heading
			}
		}
	}
	return "", ""
}
