package exercise

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// section returns the chapter that asks for a function to be written, from the
// repository, and the heading under which it does. Both are empty if none does.
func (c *copied) section(t Task) (chapter, heading string) {
	names, _ := filepath.Glob(filepath.Join(c.Root, "docs", c.Stage.Dir+"*.md"))
	for _, name := range names {
		text, err := os.ReadFile(name)
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
				return "docs/" + filepath.Base(name), heading
			}
		}
	}
	return "", ""
}
