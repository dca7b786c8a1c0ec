package guide

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"example.com/workshop/docs/internal/stages"
)

// Progress says how far a participant has come.
type Progress interface {
	// Copy looks at the participant's copy of a stage. A stage without a copy
	// has the zero Copy, and that is no error.
	Copy(s stages.Stage) (Copy, error)
}

// Copy is a participant's copy of a stage.
type Copy struct {
	Dir    string           // from the repository's root; empty if there is no copy
	States map[string]State // of each function to write, by its name
}

// State is how far a function to write has come.
type State string

// The states of a function. Green and Red are known only once its tests ran.
const (
	Blank   State = "blank"   // it says "write me"
	Changed State = "changed" // it has a body
	Gone    State = "gone"    // there is no such function
	Red     State = "red"     // its step's tests fail
	Green   State = "green"   // they pass
)

// WorkFolder is the progress that shows in the copies below the folder work,
// without a test being run.
type WorkFolder struct{ Root string }

// Copy implements [Progress].
func (f WorkFolder) Copy(s stages.Stage) (Copy, error) {
	c := Copy{Dir: "work/" + s.Dir, States: make(map[string]State)}
	dir := filepath.Join(f.Root, "work", s.Dir)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return Copy{}, nil
	}
	for _, step := range s.Steps() {
		bodies := make(map[string]*ast.BlockStmt)
		for _, name := range step.Files {
			if len(step.Write) == 0 || filepath.Ext(name) != ".go" || stages.IsTest(name) {
				continue
			}
			// A file that is half written is shown as far as it can be read.
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, filepath.FromSlash(name)), nil, parser.SkipObjectResolution)
			if file == nil && !errors.Is(err, fs.ErrNotExist) {
				return Copy{}, err
			}
			if file == nil {
				continue
			}
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok {
					bodies[receiver(f)+f.Name.Name] = f.Body
				}
			}
		}
		for _, name := range step.Write {
			body, found := bodies[name]
			switch {
			case !found:
				c.States[name] = Gone
			case isBlank(body):
				c.States[name] = Blank
			default:
				c.States[name] = Changed
			}
		}
	}
	return c, nil
}

// isBlank says that a body is nothing but a call of panic.
func isBlank(body *ast.BlockStmt) bool {
	if body == nil || len(body.List) != 1 {
		return false
	}
	statement, ok := body.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := statement.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "panic"
}

// progressBody is the page of how far the participant has come.
type progressBody struct{ Stages []stageProgress }

type stageProgress struct {
	Stage   stages.Stage
	Copy    Copy
	Steps   []stepView // those with functions to write, of the core and deep
	Written int
	Total   int
}

// Of returns the state of a function.
func (p stageProgress) Of(name string) State { return p.Copy.States[name] }

func (g *Guide) serveProgress(w http.ResponseWriter, r *http.Request) {
	var body progressBody
	for _, s := range g.stages {
		p := stageProgress{Stage: s}
		var err error
		if p.Copy, err = g.progress.Copy(s); err != nil {
			g.fail(w, r, errors.New("work/"+s.Dir+": "+err.Error()))
			return
		}
		for i, step := range s.Steps() {
			if len(step.Write) == 0 {
				continue
			}
			p.Steps = append(p.Steps, stepView{Stage: s.Number, Number: i + 1, Step: step, Dir: s.Dir})
			for _, name := range step.Write {
				p.Total++
				if state := p.Copy.States[name]; state == Changed || state == Green {
					p.Written++
				}
			}
		}
		body.Stages = append(body.Stages, p)
	}
	l := g.languages[""]
	g.draw(w, r, l, "progress", view{Title: l.words.say("progress"), Body: body})
}

// Command is what checks the stage's copy.
func (p stageProgress) Command() string {
	what := "check"
	if p.Copy.Dir == "" {
		what = "start"
	}
	return "go run ./docs " + what + " " + strconv.Itoa(p.Stage.Number)
}
