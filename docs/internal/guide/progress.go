package guide

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// Progress says how far a participant has come.
type Progress interface {
	// Copy looks at the participant's copy of a stage, and runs nothing. A stage
	// without a copy has the zero Copy, and that is no error.
	Copy(s stages.Stage) (Copy, error)
}

// Copy is a participant's copy of a stage.
type Copy struct {
	Dir       string              // from the repository's root; empty if there is no copy
	Functions map[string]Function // those that it asks for, by name
}

// Function is a function to write, as a copy has it.
type Function struct {
	State State
	URL   string // where it stands; empty if that is not known
}

// Place is where the function stands in a copy, as editors and Go's tools write it:
// registry/store.go:7. It is empty if that is not known.
func (f Function) Place(c Copy) string {
	return strings.Replace(strings.TrimPrefix(f.URL, "/"+c.Dir+"/"), "#L", ":", 1)
}

// State is how far a function to write has come.
type State string

// The states of a function.
const (
	Blank   State = "blank"   // it says "write me"
	Changed State = "changed" // it has a body, and its tests have not passed with it
	Gone    State = "gone"    // there is no such function
	Green   State = "green"   // its step's tests have passed with it as it is
)

// NoProgress is the progress of a participant without copies.
type NoProgress struct{}

// Copy implements [Progress].
func (NoProgress) Copy(stages.Stage) (Copy, error) { return Copy{}, nil }

// progressBody is the page of how far the participant has come.
type progressBody struct{ Stages []stageProgress }

type stageProgress struct {
	Stage stages.Stage
	Copy  Copy
	Steps []stepView // in which the copy asks for something
	Done  int        // functions whose tests have passed
	Total int
}

func (g *Guide) serveProgress(w http.ResponseWriter, r *http.Request) {
	var body progressBody
	for _, s := range g.stages {
		p := stageProgress{Stage: s}
		var err error
		if p.Copy, err = g.progress.Copy(s); err != nil {
			g.fail(w, r, fmt.Errorf("%s: %w", s.Dir, err))
			return
		}
		for i, step := range s.Steps() {
			asked := 0
			for _, name := range step.Write {
				if f, ok := p.Copy.Functions[name]; ok {
					asked++
					if f.State == Green {
						p.Done++
					}
				}
			}
			if asked > 0 {
				p.Steps = append(p.Steps, stepView{Stage: s.Number, Number: i + 1, Step: step, Dir: s.Dir})
			}
			p.Total += asked
		}
		body.Stages = append(body.Stages, p)
	}
	l := g.languages[""]
	g.draw(w, r, l, "progress", view{Title: l.words.say("progress"), Body: body})
}

// Command is what to run next, in the repository.
func (c Copy) Command(stage int) string {
	what := "check"
	if c.Dir == "" {
		what = "start"
	}
	return "go run ./docs " + what + " " + strconv.Itoa(stage)
}
