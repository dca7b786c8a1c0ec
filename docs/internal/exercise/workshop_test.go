package exercise_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/stages"
)

// small is a stage of a few lines: what a real one has, without the time that it
// takes to compile.
func small(number int, dir string) stages.Stage {
	return stages.Stage{Number: number, Dir: dir, Idea: "sums", Parts: []stages.Part{{Title: "sums", Steps: []stages.Step{
		{Title: "A sum", Role: stages.Core, Files: []string{"sum/sum.go", "sum/sum_test.go"}, Write: []string{"Sum", "parse"}},
		{Title: "A counter", Role: stages.Core, Files: []string{"count/count.go", "count/count_test.go"}, Write: []string{"Counter.Next"}},
		{Title: "The limits", Role: stages.Core, Files: []string{"limits_test.go"}},
		{Title: "An average", Role: stages.Deep, Files: []string{"sum/average.go", "sum/average_test.go"}, Write: []string{"Average"}},
		{Title: "Spaces", Role: stages.Core, Files: []string{"sum/spaces_test.go"}},
	}}}}
}

// tree is what the stage holds; MODULE stands for its path.
var tree = map[string]string{
	"go.mod": "module MODULE\n\ngo 1.26.0\n",
	"sum/sum.go": `// Package sum adds.
package sum

import (
	"fmt"
	"strconv"
	"strings"
)

// Separator stands between two numbers.
const Separator = "+"

// Sum adds the numbers of a text, between which Separator stands.
func Sum(text string) (int, error) {
	total := 0
	for _, field := range strings.Split(text, Separator) {
		n, err := parse(field)
		if err != nil {
			return 0, fmt.Errorf("sum: %w", err)
		}
		total += n
	}
	return total, nil
}

// parse reads a number.
func parse(field string) (int, error) {
	// a comment in the body
	return strconv.Atoi(strings.TrimSpace(field))
}
`,
	"sum/average.go": `package sum

// Average is the mean of two numbers.
func Average(a, b int) int {
	both := a + b
	return both / 2
}
`,
	"count/count.go": `package count

import "MODULE/sum"

// Counter counts.
type Counter[T any] struct{ n int }

// Next adds a text's sum, and returns the total.
func (c *Counter[T]) Next(text string) int {
	n, _ := sum.Sum(text)
	c.n += n
	return c.n
}
`,
	"sum/sum_test.go": `package sum_test

import (
	"testing"

	"MODULE/sum"
)

func TestSum(t *testing.T) {
	if got, err := sum.Sum("1 + 2"); got != 3 || err != nil {
		t.Fatalf("got %d, %v", got, err)
	}
}

func TestNoNumber(t *testing.T) {
	if _, err := sum.Sum("x"); err == nil {
		t.Fatal("x is no number")
	}
}
`,
	"sum/spaces_test.go": `package sum_test

import (
	"testing"

	"MODULE/sum"
)

func TestSpaces(t *testing.T) {
	if got, _ := sum.Sum(" 1"); got != 1 {
		t.Fatal(got)
	}
}
`,
	"sum/average_test.go": `package sum_test

import (
	"testing"

	"MODULE/sum"
)

func TestAverage(t *testing.T) {
	if got := sum.Average(1, 3); got != 2 {
		t.Fatal(got)
	}
}
`,
	"count/count_test.go": `package count_test

import (
	"testing"

	"MODULE/count"
)

func TestNext(t *testing.T) {
	var c count.Counter[int]
	if c.Next("1+1"); c.Next("3") != 5 {
		t.Fatal("not 5")
	}
}
`,
	"cmd/sum/main.go": `package main

import (
	"fmt"

	"MODULE/sum"
)

func main() { fmt.Println(sum.Sum("1 + 2")) }
`,
	"limits_test.go": "package limits_test\n\nimport \"testing\"\n\nfunc TestALimit(t *testing.T) {}\n",
}

// workshop makes a repository with two stages that are the same, with a space in
// its path.
func workshop(t *testing.T) (exercise.Work, exercise.Work) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "the workshop [1]") // a space, and what would be a pattern
	var all []exercise.Work
	for i, dir := range []string{"stage01-sums", "stage02-more"} {
		for name, text := range tree {
			save(t, filepath.Join(root, dir, filepath.FromSlash(name)), strings.ReplaceAll(text, "MODULE", "example.com/workshop/"+dir))
		}
		all = append(all, exercise.At(root, small(i+1, dir)))
	}
	return all[0], all[1]
}

// begun is a workshop with a copy of its first stage.
func begun(t *testing.T, opts exercise.StartOptions) exercise.Work {
	t.Helper()
	w, _ := workshop(t)
	_, err := exercise.Start(t.Context(), w, opts)
	require.NoError(t, err)
	return w
}

func save(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

func load(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

// change replaces a part of a file of the copy that must be there.
func change(t *testing.T, w exercise.Work, file, old, text string) {
	t.Helper()
	file = filepath.Join(w.Dir, filepath.FromSlash(file))
	was := load(t, file)
	require.Contains(t, was, old)
	save(t, file, strings.Replace(was, old, text, 1))
}

// solve writes a function as the stage has it.
func solve(t *testing.T, w exercise.Work, file, name string) {
	t.Helper()
	s, err := exercise.Solve(w.Root, w.Stage, name)
	require.NoError(t, err)
	_, body, _ := strings.Cut(s.Text, "{\n")
	change(t, w, file, "\tpanic(\"write me: "+name+"\")\n}", strings.TrimSuffix(body, "\n"))
	path := filepath.Join(w.Dir, filepath.FromSlash(file))
	text := load(t, path)
	for _, pkg := range []string{"fmt", "strconv", "strings", "sum"} {
		if strings.Contains(text, "\t"+pkg+".") || strings.Contains(text, " "+pkg+".") || strings.Contains(text, "("+pkg+".") {
			text = regexp.MustCompile(`// ((?:import )?"(?:.*/)?`+pkg+`")`).ReplaceAllString(text, "$1")
		}
	}
	save(t, path, text)
}

// check checks the copy.
func check(t *testing.T, w exercise.Work, opts exercise.CheckOptions) exercise.Report {
	t.Helper()
	opts.Last = 2
	if opts.Limit == 0 {
		opts.Limit = time.Minute
	}
	r, err := exercise.Check(t.Context(), w, opts)
	require.NoError(t, err)
	return r
}

// goes runs the go command in the copy, as a participant does.
func goes(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}
