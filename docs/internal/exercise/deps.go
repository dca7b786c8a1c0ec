package exercise

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// closure hashes everything that the result of a package's tests depends on: the files of
// its folder and of every package of the module that it imports, directly or not, and the
// module's requirements.
func (f files) closure(module, dir string) string {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	folders := make(map[string][]string)
	for name := range f {
		at := path.Dir(name)
		if i := strings.Index(at+"/", "/testdata/"); i >= 0 {
			at = at[:i]
		}
		folders[at] = append(folders[at], name)
	}
	seen := map[string]bool{dir: true}
	for todo := []string{dir}; len(todo) > 0; todo = todo[1:] {
		for _, name := range folders[todo[0]] {
			if strings.HasSuffix(name, "_test.go") && todo[0] != dir {
				continue
			}
			for _, below := range imports(module, f[name], path.Ext(name)) {
				if !seen[below] {
					seen[below] = true
					todo = append(todo, below)
				}
			}
		}
	}
	for _, at := range slices.Sorted(maps.Keys(seen)) {
		slices.Sort(folders[at])
		for _, name := range folders[at] {
			if at == dir || !strings.HasSuffix(name, "_test.go") {
				fmt.Fprintf(sum, "%s %d\n%s", name, len(f[name]), f[name])
			}
		}
	}
	fmt.Fprintln(sum, f["go.mod"], f["go.sum"])
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// imports returns the folders of the module's own packages that a Go file
// imports.
func imports(module, text, ext string) []string {
	if ext != ".go" {
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
	if err != nil {
		return nil // the compiler reports it
	}
	var below []string
	for _, spec := range file.Imports {
		full, _ := strconv.Unquote(spec.Path.Value) // it has been parsed
		if dir, ours := strings.CutPrefix(full, module+"/"); ours {
			below = append(below, dir)
		}
	}
	return below
}

// module is the path that go.mod names.
func (f files) module() string {
	for line := range strings.Lines(f["go.mod"]) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			return strings.Trim(strings.TrimSpace(name), `"`)
		}
	}
	return ""
}
