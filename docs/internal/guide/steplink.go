package guide

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"example.com/workshop/docs/internal/stages"
)

// stepMark is a hidden comment that names a step, by its title or its number:
// its diff is shown in that place.
var stepMark = regexp.MustCompile(`^<!--\s*step:\s*(.+?)\s*-->\s*$`)

// htmlBlock draws HTML unchanged, except that a comment which names a step becomes a link
// to its diff.
func (r *rendering) htmlBlock(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := n.(*ast.HTMLBlock)
	text := string(block.Lines().Value(r.source))
	if block.HasClosure() {
		text += string(block.ClosureLine.Value(r.source))
	}
	if match := stepMark.FindStringSubmatch(text); match != nil {
		if number := r.step(match[1]); number > 0 {
			r.stepLink(w, number)
		}
		return ast.WalkContinue, nil
	}
	_, err := w.WriteString(text)
	return ast.WalkContinue, err
}

// stepNamed returns the number of the step for which a heading is named, as
// "A sweep" or "Task 2: A sweep"; 0 if it is none.
func (r *rendering) stepNamed(title string) int {
	if number := r.step(title); number > 0 {
		return number
	}
	if _, after, ok := strings.Cut(title, ": "); ok {
		return r.step(after)
	}
	return 0
}

// stepsBelow returns the numbers of the steps whose functions a section asks the
// reader to write: their signatures stand between a heading and the next one.
func (r *rendering) stepsBelow(h ast.Node) []int {
	s, err := stages.Find(r.stages, r.stage)
	if r.stage == 0 || err != nil {
		return nil
	}
	var numbers []int
	for n := h.NextSibling(); n != nil && n.Kind() != ast.KindHeading; n = n.NextSibling() {
		block, ok := n.(*ast.FencedCodeBlock)
		if !ok || block.Info == nil {
			continue
		}
		f := readFence(string(block.Info.Value(r.source)))
		file, here := strings.CutPrefix(f.file, s.Dir+"/")
		if number := s.Lists(file); f.signature && here && number > 0 && !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// step returns the number of the step of the chapter's stage that what names; 0
// if there is none.
func (r *rendering) step(what string) int {
	s, err := stages.Find(r.stages, r.stage)
	if r.stage == 0 || err != nil {
		return 0
	}
	for i, step := range s.Steps() {
		if strings.EqualFold(step.Title, what) || fmt.Sprintf("%d.%d", s.Number, i+1) == what {
			return i + 1
		}
	}
	return 0
}

// stepLink draws the link to a step's diff. The diff opens in place; without JavaScript
// the link leads to it.
func (r *rendering) stepLink(w util.BufWriter, number int) {
	s, err := stages.Find(r.stages, r.stage)
	if err != nil {
		return
	}
	step := s.Steps()[number-1]
	url := stepURL(s.Number, number)
	fmt.Fprintf(w, `<details class="step" data-fragment="%s?fragment=1"><summary>%s <span class="role %s">%s</span></summary>`+
		`<div><p><a href="%s">%s</a></p></div></details>`+"\n", url,
		html.EscapeString(r.words.say("step-diff", s.Number, number, step.Title)), step.Role,
		html.EscapeString(r.words.say("role-"+string(step.Role))), url,
		html.EscapeString(r.words.say("step-diff-link")))
}

func stepURL(stage, step int) string { return fmt.Sprintf("/diff/%d/%d", stage, step) }
