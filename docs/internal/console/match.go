package console

import (
	"regexp"
	"strings"
)

// Match says whether a line is what a page shows. These match anything of their
// kind, for they differ from run to run: times and dates, durations (1.5ms, 3 s,
// and (cached) for that of a test), numbers with a point, process ids after pid,
// ports of five digits, which the system gives, and paths of temporary files.
// Spaces are as many as there are, and … in a line stands for any characters.
// Everything else must be equal, other numbers too.
func Match(want, got string) bool {
	want, got = normal(want), normal(got)
	parts := strings.Split(want, Rest)
	if len(parts) == 1 {
		return want == got
	}
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(got)
}

// volatile are the forms of what differs from run to run, in the order in which
// they are looked for.
var volatile = []struct {
	form *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?`), "‹time›"},
	{regexp.MustCompile(`\b\d\d:\d\d:\d\d(\.\d+)?\b`), "‹time›"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`), "‹time›"},
	{regexp.MustCompile(`(/tmp|/var/folders|/private/var/folders)/[^\s"',;:)]+`), "‹temp›"},
	{regexp.MustCompile(`(\bpid"?[ =:]+)\d+\b`), "${1}‹pid›"},
	{regexp.MustCompile(`:[1-9]\d{4}\b`), ":‹port›"},
	{regexp.MustCompile(`(_ms":)\d+(\.\d+)?`), "${1}‹duration›"},
	{regexp.MustCompile(`\b(\d+h)?(\d+m)?\d+(\.\d+)? ?(ns|µs|ms|s|min)\b|\(cached\)`), "‹duration›"},
}

var (
	word   = regexp.MustCompile(`[\w.]*\d[\w.]*`)
	broken = regexp.MustCompile(`^\d+\.\d+$`) // a number with a point, and no address
	spaces = regexp.MustCompile(`[ \t]+`)
)

// normal is a line with the forms in place of what differs.
func normal(line string) string {
	for _, v := range volatile {
		line = v.form.ReplaceAllString(line, v.name)
	}
	line = word.ReplaceAllStringFunc(line, func(w string) string {
		if broken.MatchString(w) {
			return "‹number›"
		}
		return w
	})
	return strings.TrimSpace(spaces.ReplaceAllString(line, " "))
}
