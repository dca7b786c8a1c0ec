package exercise

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// bubble rephrases the errors with which testing/synctest ends a test.
var bubble = map[string]string{
	"all goroutines in bubble are blocked": "nothing can happen any more: every goroutine of the test waits for another one",
	"blocked goroutines remain":            "the test is over, and a goroutine that it has started still waits",
}

// failure describes the first test of a step that failed, which is about the function
// with the given name.
func (c *checker) failure(g group, v verdict, name string) *Failure {
	f := &Failure{Kind: "test", Test: v.Failed, Message: tidy(v.Lines, c.Dir), Command: c.alone(g, v.Failed, name)}
	switch {
	case v.Endless:
		f.Message = []string{v.endless(g.pkg)}
	case v.TimedOut:
		f.Kind, f.Place = "time", c.inRepository(v.place(c.Dir))
		f.Message = []string{fmt.Sprintf("it had not ended after %v: a loop without an end, a wait that nothing ends, or a lock that is taken twice or never given back", c.opts.Limit)}
	case strings.HasPrefix(v.Panic, "panic: "+writeMe):
		f.Kind, f.Message = "blank", []string{v.Panic} // what else went wrong by then follows from it
	case v.Panic != "":
		f.Kind, f.Place = "panic", c.inRepository(v.place(c.Dir))
		f.Message = append(f.Message, v.Panic)
		for text, meaning := range bubble {
			if strings.Contains(v.Panic, text) {
				f.Message = append(f.Message, meaning)
			}
		}
	case slices.ContainsFunc(f.Message, func(line string) bool { return strings.Contains(line, "panic: "+writeMe) }):
		f.Kind = "blank" // in a process that the test has started
	case v.Failed == "":
		f.Message = []string{"the tests of " + g.pkg + " ended without a result: " + lastLine(v.Text)}
	}
	return f
}

func (c *checker) inRepository(place string) string {
	if place == "" {
		return ""
	}
	return path.Join(c.Name(), place)
}

// alone returns the command that runs one test: go test itself as soon as nothing else is
// blank, and until then check, which takes the stage's own functions for the others.
func (c *checker) alone(g group, test, name string) string {
	if test == "" {
		return ""
	}
	others := func(t Task) bool { return t.Name != name }
	if name != "" && slices.ContainsFunc(c.overlay.tasks, others) {
		return fmt.Sprintf("go run ./docs check %d %s -run %s", c.Stage.Number, name, test)
	}
	pkg := "./" + g.pkg
	if g.pkg == "." {
		pkg = "."
	}
	return fmt.Sprintf(`go -C %s test -run "^%s$" %s`, c.Name(), test, pkg)
}

// compileFailure reports what the compiler says, and which import is missing.
func (c *checker) compileFailure(e *CompileError) *Failure {
	f := &Failure{Kind: "compile", Message: slices.Clone(e.Lines), Place: c.inRepository(firstComplaint(e.Lines)), files: e.Files}
	for _, line := range e.Lines {
		found := complaintAt.FindStringSubmatch(line)
		_, name, undefined := strings.Cut(line, ": undefined: ")
		if found == nil || !undefined {
			continue
		}
		if spec := c.importOf(filepath.ToSlash(found[1]), strings.TrimSpace(name)); spec != "" {
			f.Message = append(f.Message, fmt.Sprintf("%s needs import %s, which stands there as a comment", found[1], spec))
		}
	}
	f.Message = slices.Compact(f.Message)
	return f
}

// firstComplaint returns the file and line of the compiler's first message that names a
// place.
func firstComplaint(lines []string) string {
	for _, line := range lines {
		if found := complaintAt.FindStringSubmatch(line); found != nil {
			return filepath.ToSlash(found[1]) + ":" + found[2]
		}
	}
	return ""
}

// importOf returns the import under which the stage's file uses a name, if the copy's
// file lacks it.
func (c *checker) importOf(file, name string) string {
	s, err := parse(file, c.reference[file])
	if err != nil {
		return ""
	}
	for _, spec := range s.file.Imports {
		if importName(spec) == name {
			return s.between(spec.Pos(), spec.Path.End())
		}
	}
	return ""
}

// next returns what to do about a step that is not solved.
func (c *checker) next(r Result) string {
	again := strings.TrimSpace(fmt.Sprintf("go run ./docs check %d %s", c.Stage.Number, c.opts.Name))
	if r.Failure != nil && r.Failure.Kind == "compile" {
		return fmt.Sprintf("make %s compile, then %s", cmp.Or(r.Failure.Place, "it"), again)
	}
	if r.Failure != nil && r.Failure.Blame != nil {
		name := r.Failure.Blame.Name
		return fmt.Sprintf("mend %s, then %s (a hint: go run ./docs hint %d %s)", name, again, c.Stage.Number, name)
	}
	if len(r.Functions) == 0 {
		return fmt.Sprintf("every step is solved, but a test of step %d.%d fails; go run ./docs diff %d -mine shows what differs", c.Stage.Number, r.Step, c.Stage.Number)
	}
	var blamed, written, begun []string
	for _, f := range r.Functions {
		switch {
		case f.Status == Blank && r.Status == Blank:
			return fmt.Sprintf("write %s, then %s (a hint: go run ./docs hint %d %s)", f.Name, again, c.Stage.Number, f.Name)
		case f.Status == Red:
			blamed = append(blamed, f.Name)
		case f.Status == Written:
			written = append(written, f.Name)
		case f.Status == Begun:
			begun = append(begun, f.Name)
		}
	}
	if len(blamed) == 0 && len(begun) > 0 {
		return fmt.Sprintf("finish %s, then %s (a hint: go run ./docs hint %d %s)", strings.Join(begun, " and "), again, c.Stage.Number, begun[0])
	}
	if len(blamed) == 0 {
		blamed = written
	}
	if len(blamed) == 0 {
		blamed = []string{r.Functions[0].Name}
	}
	return fmt.Sprintf("mend %s, then %s (a hint: go run ./docs hint %d %s)", strings.Join(blamed, " or "), again, c.Stage.Number, blamed[0])
}

// finished returns what to do when every step is solved.
func (c *checker) finished() string {
	n := c.Stage.Number
	done := fmt.Sprintf("stage %d is solved: go run ./docs demo %d -mine shows it under load", n, n)
	if n < c.opts.Last {
		done += fmt.Sprintf("; the next stage: go run ./docs start %d -from-mine", n+1)
	}
	return done
}

// tidy shortens a test's output: paths begin in the copy, lines are not indented, and the
// trace of a process that the test has started is left out.
func tidy(lines []string, dir string) []string {
	var short []string
	left := math.MaxInt
	for _, line := range lines {
		line = strings.TrimRight(strings.ReplaceAll(line, "\t", "    "), " ")
		line = strings.ReplaceAll(line, dir+string(filepath.Separator), "")
		text := strings.TrimSpace(line)
		if strings.HasPrefix(text, "goroutine ") && strings.HasSuffix(text, ":") {
			break
		}
		if text != "" {
			left = min(left, len(line)-len(strings.TrimLeft(line, " ")))
			short = append(short, line)
		}
	}
	for i := range short {
		short[i] = short[i][left:]
	}
	return short
}

// lastLine is the last line of a text that says something.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
