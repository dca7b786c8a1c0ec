package console

import (
	"regexp"
	"strconv"
	"strings"
)

// Match says whether a line is what a page shows. These match anything of their
// kind, for they differ from run to run: times and dates, durations (1.5ms, 3 s,
// and (cached) for that of a test), numbers with a point, process ids after pid,
// ports of five digits, which the system gives, and paths of temporary files.
// Spaces are as many as there are, and … in a line stands for any characters.
// … at the end stands for nothing too. Everything else must be equal, other numbers too,
// but for what became of a load's calls in a second, and at which servers: see near.
func Match(want, got string) bool {
	want, got = normal(want), normal(got)
	words := strings.Split(want, " ")
	exact := len(words)
	if len(words) > 3 && words[1] == "sent" { // 3 s sent 200 ok 200 failed 0 …
		exact = 3
		if words[0] == "total" {
			exact = 7
		}
	}
	for i, word := range words {
		if n, err := strconv.Atoi(word); err == nil && i >= exact {
			words[i] = near(n)
			continue
		}
		words[i] = strings.ReplaceAll(regexp.QuoteMeta(word), Rest, ".*")
	}
	pattern := strings.Join(words, " ")
	if before, ends := strings.CutSuffix(pattern, " .*"); ends {
		pattern = before + "( .*)?"
	}
	return regexp.MustCompile("^" + pattern + "$").MatchString(got)
}

// near matches the numbers that are within a twentieth of n: a call that is under way when
// a second ends is counted in the next one. Below twenty it matches n alone, and above all
// none for none.
func near(n int) string {
	var numbers []string
	for m := n - n/20; m <= n+n/20; m++ {
		numbers = append(numbers, strconv.Itoa(m))
	}
	return "(?:" + strings.Join(numbers, "|") + ")"
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
