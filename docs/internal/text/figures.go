package text

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/stages"
)

// place is where a page shows something that is looked up.
type place struct {
	key      string // what to look up
	from, to int    // where its text stands
}

// looked matches a text between two comments that say where it comes from.
var looked = regexp.MustCompile(`(?s)<!-- from: (.*?) -->(.*?)<!-- /from -->`)

// figures returns the places of the page between such comments.
func (p Page) figures() []place {
	var places []place
	for _, m := range looked.FindAllStringSubmatchIndex(withoutSpans(p.Prose), -1) {
		places = append(places, place{p.Prose[m[2]:m[3]], m[4], m[5]})
	}
	return places
}

// figures looks up what the manifest and the fault matrix say. A key is
//
//	table                               the README's table of stages
//	table stage=N [part=K|step=K] WHAT  a figure of a stage, of one of its parts or steps
//	table WHAT                          the same of all stages together
//	matrix                              the table of the fault matrix
//	matrix rows="NAME NAME"             a brief table of some rows
//	matrix row="NAME" stage=N [over=grpc] [failed|sent|recovery]
//
// where a row is named by its fault's name or title, and WHAT is one of the
// names in measures. Stages are measured once, however often they are asked for.
type figures struct {
	root     string
	all      []stages.Stage
	measured map[int]stages.Figures
	report   *faults.Report
}

func (f *figures) text(key string) (string, error) {
	q, err := parseQuery(key)
	if err != nil {
		return "", err
	}
	switch {
	case q.of == "table" && q.bare():
		table, err := stages.Table(f.root, f.all)
		return "\n\n" + table + "\n", err
	case q.of == "table":
		return f.figure(q)
	case q.of == "matrix" && q.bare():
		table, err := f.matrixTable()
		return "\n\n" + table + "\n", err
	case q.of == "matrix" && q.values["rows"] != "":
		table, err := f.brief(strings.Fields(q.values["rows"]))
		return "\n\n" + table + "\n", err
	case q.of == "matrix":
		return f.cell(q)
	}
	return "", fmt.Errorf("from: %s is neither table nor matrix", q.of)
}

// query is a key, taken apart.
type query struct {
	of     string            // its first word
	values map[string]string // NAME=VALUE
	what   string            // the word that stands alone
}

func (q query) bare() bool { return len(q.values) == 0 && q.what == "" }

// number is the value of a name; 0 without it.
func (q query) number(name string) (int, error) {
	text, ok := q.values[name]
	if !ok {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("from: %s=%s is not a number", name, text)
	}
	return n, nil
}

var keyWord = regexp.MustCompile(`(\w+)=("[^"]*"|\S+)|\S+`)

// names are what a key may give a value.
var names = map[string][]string{"table": {"stage", "part", "step"}, "matrix": {"row", "rows", "stage", "over"}}

func parseQuery(key string) (query, error) {
	q := query{values: make(map[string]string)}
	for i, match := range keyWord.FindAllStringSubmatch(key, -1) {
		switch {
		case i == 0:
			q.of = match[0]
		case match[1] != "" && !slices.Contains(names[q.of], match[1]):
			return query{}, fmt.Errorf("from: %s has no %s", q.of, match[1])
		case match[1] != "":
			q.values[match[1]] = strings.Trim(match[2], `"`)
		case q.what != "":
			return query{}, fmt.Errorf("from: %s asks for both %s and %s", q.of, q.what, match[0])
		default:
			q.what = match[0]
		}
	}
	return q, nil
}
