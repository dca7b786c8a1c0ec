// Package breaks puts one mistake at a time into a copy of a stage, and shows
// which tests notice it. The mistakes are those of tutorials and of well-known
// systems, one file each in docs/breaks.
//
// The one rule: a break compiles, and a test notices it. What no test notices
// is a gap in the stage's tests, and fails ours.
package breaks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/text/near"
)

// Break is one mistake: declarations that replace those of the same name in one
// file of a stage.
type Break struct {
	Name      string   // its file's, without .go
	Summary   string   // what the code does wrong, in a sentence
	Invariant string   // which one of the stage it makes fall, as I2
	Seen      string   // what one would see of it in production
	From      string   // which tutorial or system made it
	File      string   // the file, within the stage, in which it replaces declarations
	Packages  []string // the packages whose tests should notice it, as ./registry
	Race      bool     // whether only the race detector notices it for sure
	Source    string   // the Go file
}

// Folder is where a stage's breaks are, from the repository's root.
func Folder(s stages.Stage) string { return fmt.Sprintf("docs/breaks/stage%02d", s.Number) }

// Load reads the breaks of a stage, by name.
func Load(root string, s stages.Stage) ([]Break, error) {
	dir := filepath.Join(root, filepath.FromSlash(Folder(s)))
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Break
	for _, entry := range entries {
		name, isGo := strings.CutSuffix(entry.Name(), ".go")
		if !isGo {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		b, err := parse(name, strings.ReplaceAll(string(text), "\r\n", "\n"))
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", Folder(s), entry.Name(), err)
		}
		all = append(all, b)
	}
	return all, nil
}

// NoBreakError is the error for a name that no break has.
type NoBreakError struct{ text string }

func (e *NoBreakError) Error() string { return e.text }

// Find returns the break of that name. If there is none, it returns a *NoBreakError,
// which names the break that was probably meant, or all of them.
func Find(all []Break, s stages.Stage, name string) (Break, error) {
	if len(all) == 0 {
		return Break{}, &NoBreakError{s.Name() + " has no breaks"}
	}
	var names []string
	for _, b := range all {
		if b.Name == name {
			return b, nil
		}
		names = append(names, b.Name)
	}
	hint := "there are " + strings.Join(names, ", ")
	if likely := near.Likely(name, names); likely != "" {
		hint = "did you mean " + likely + "?"
	}
	return Break{}, &NoBreakError{fmt.Sprintf("%s has no break %q; %s", s.Name(), name, hint)}
}

// ignored is the first line of a break's file, which keeps it out of every build.
const ignored = "//go:build ignore"

// parse reads a break's file: the comment at its top says what it is.
func parse(name, text string) (Break, error) {
	b := Break{Name: name, Source: text}
	head, _, found := strings.Cut(text, "\npackage ")
	if !found || !strings.HasPrefix(head, ignored+"\n") {
		return b, fmt.Errorf("want %s in the first line, and a package after the comment", ignored)
	}
	fields := fields(strings.TrimPrefix(head, ignored+"\n"))
	b.Packages = strings.Fields(fields["Package tests"])
	b.Race = fields["Race"] == "yes"
	for key, to := range map[string]*string{
		"Break": &b.Summary, "Invariant": &b.Invariant, "Seen": &b.Seen, "From": &b.From, "File": &b.File,
	} {
		*to = fields[key]
	}
	for _, key := range slices.Sorted(slices.Values(required)) {
		if fields[key] == "" {
			return b, fmt.Errorf("its comment has no %s", key)
		}
	}
	return b, nil
}

// required are the fields that every break has; Race is the other one.
var required = []string{"Break", "Invariant", "Seen", "From", "File", "Package tests"}

// fields reads a comment of lines such as Seen: TEXT. A line without a field's name
// continues the one before.
func fields(comment string) map[string]string {
	values := make(map[string]string)
	key := ""
	for line := range strings.Lines(comment) {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "//"))
		if name, text, _ := strings.Cut(line, ": "); slices.Contains(required, name) || name == "Race" {
			key, line = name, strings.TrimSpace(text)
		}
		if line != "" && key != "" {
			values[key] = strings.TrimSpace(values[key] + " " + line)
		}
	}
	return values
}
