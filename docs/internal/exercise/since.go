package exercise

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// recordFile is in each copy. It records the stage as it was when the copy was made, and
// no progress, which only the tests know.
const recordFile = ".start"

// record describes the stage as it was.
type record struct {
	Deep bool `json:"deep,omitempty"`
	// Declared has a hash of each function, by its file and name, of a Go file's other
	// declarations, and of each test file.
	Declared map[string]string `json:"declared"`
}

// remember writes the record of a copy that is being made into a folder.
func (w Work) remember(dir string, deep bool) error {
	declared, err := w.declared()
	if err != nil {
		return err
	}
	return record{deep, declared}.write(dir)
}

func (r record) write(dir string) error {
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, recordFile), append(text, '\n'), 0o644)
}

// recorded reads the record of a copy, which is empty if it is missing or cannot be read.
func (w Work) recorded() (record, error) {
	text, err := os.ReadFile(filepath.Join(w.Dir, recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, nil
	}
	if err != nil {
		return record{}, err
	}
	var r record
	if json.Unmarshal(text, &r) != nil {
		return record{}, nil
	}
	return r, nil
}

// declared describes the stage as it is now.
func (w Work) declared() (map[string]string, error) {
	tree, err := stages.ReadTree(filepath.Join(w.Root, w.Stage.Dir))
	if err != nil {
		return nil, err
	}
	declared := make(map[string]string)
	for file, text := range tree {
		if filepath.Ext(file) != ".go" {
			continue
		}
		s, err := parse(file, text)
		if err != nil {
			return nil, err
		}
		var edits []edit
		if !stages.IsTest(file) {
			for name, f := range s.functions() {
				declared[key(file, name)] = hash(s.whole(f))
				edits = append(edits, edit{from: s.offset(begin(f)), to: s.offset(f.End())})
			}
		}
		declared[file] = hash(strings.Join(strings.Fields(apply(text, edits)), " "))
	}
	return declared, nil
}

// key returns the name of a function in a record.
func key(file, name string) string { return name + " (" + file + ")" }

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// since returns what the stage has changed since the copy was made, sorted: functions
// with their file, and files in which something else differs.
func (w Work) since() ([]string, error) {
	then, err := w.recorded()
	if err != nil || then.Declared == nil {
		return nil, err
	}
	now, err := w.declared()
	if err != nil {
		return nil, err
	}
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if then.Declared[name] != now[name] {
			changed = append(changed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(then.Declared)) {
		if now[name] == "" {
			changed = append(changed, name+", which is gone")
		}
	}
	return changed, nil
}
