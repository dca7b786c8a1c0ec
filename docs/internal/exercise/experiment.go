package exercise

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// experiment is a proof to be made.
type experiment struct {
	Proof
	groups []group
	key    string
}

// experiments are all of a stage, in its order.
func (p *prover) experiments(s stages.Stage, reference files, tasks []Task) []*experiment {
	var all []*experiment
	for i, step := range s.Steps() {
		groups := reference.testsOf(step)
		if len(step.Write) == 0 {
			continue
		}
		add := func(what string, blank func(Task) bool) {
			e := &experiment{Proof: Proof{Step: i + 1, What: what}, groups: groups}
			for _, t := range tasks {
				if blank(t) {
					e.Blank = append(e.Blank, switchName(t))
				}
			}
			e.key = p.key(e)
			if !slices.ContainsFunc(all, func(o *experiment) bool { return o.key == e.key }) {
				all = append(all, e)
			}
		}
		add("nothing", func(Task) bool { return false })
		for _, name := range step.Write {
			add(name, func(t Task) bool { return t.Step == i+1 && t.Name == name })
		}
		add("the step", func(t Task) bool { return t.Step == i+1 })
		add("the step and all after it", func(t Task) bool { return t.Step > i })
	}
	return all
}

// key is what the experiment's result depends on.
func (p *prover) key(e *experiment) string {
	var parts []string
	for _, g := range e.groups {
		parts = append(parts, p.seen.closure(p.seen.module(), g.pkg), strings.Join(g.tests, " "))
	}
	return hash(strings.Join(slices.Concat(parts, e.Blank, []string{p.engine}), "\n"))
}

// judge reports whether a test has failed for the right reason.
func (e *experiment) judge(v verdict) {
	name, panicked := strings.CutPrefix(v.Panic, "panic: "+writeMe)
	own := func(blank string) bool { return strings.HasSuffix(blank, ":"+name) }
	switch {
	case len(e.Blank) == 0:
		e.Wrong = v.Failed + " fails although nothing is blank: " + strings.Join(append(v.Lines, v.Panic), "; ")
	case v.TimedOut, v.Endless:
		e.Wrong = v.Failed + " does not end"
	case panicked && slices.ContainsFunc(e.Blank, own):
		e.Caught, e.How = v.Failed, "its own panic"
	case v.Panic == "" && v.Failed != "":
		e.Caught, e.How = v.Failed, "assertion"
	default:
		e.Wrong = fmt.Sprintf("%s breaks down for another reason: %s", v.Failed, v.Panic)
	}
}

func (p *prover) file(e *experiment) string { return filepath.Join(p.cache, "results", e.key+".json") }

// remembered reads a result that is known already.
func (p *prover) remembered(e *experiment) bool {
	text, err := os.ReadFile(p.file(e))
	if err != nil {
		return false
	}
	known := e.Proof
	if json.Unmarshal(text, &known) != nil {
		return false
	}
	e.Proof, e.Cached = known, true
	return true
}

func (p *prover) remember(e *experiment) error {
	text, err := json.Marshal(e.Proof)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.file(e)), 0o755); err != nil {
		return err
	}
	return os.WriteFile(p.file(e), text, 0o644)
}
