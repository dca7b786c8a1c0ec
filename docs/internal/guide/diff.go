package guide

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// stageBody is the page of what a stage changes.
type stageBody struct {
	Stage stages.Stage
	Parts []partView
	Gone  []stages.Gone
	Roles []roleView // of all parts together, without their steps
	Split bool
}

// partView is a part of a stage, its steps by role: the core is shown, the rest
// is folded.
type partView struct {
	Number  int // 0 if it is the only one
	Title   string
	Outcome string
	Roles   []roleView
}

// roleView are the steps of one role in a part.
type roleView struct {
	Role  stages.Role
	Steps []stepView
	Size  stages.Size
}

// Open says whether they are shown without being asked for.
func (r roleView) Open() bool { return r.Role == stages.Core }

// stepView is one step.
type stepView struct {
	Stage  int
	Number int
	stages.Step
	Size stages.Size
	Dir  string // the folder of the stage
}

// URL is the page of the step.
func (s stepView) URL() string { return stepURL(s.Stage, s.Number) }

func (g *Guide) serveStage(w http.ResponseWriter, r *http.Request) {
	s, changes, err := g.stageChanges(r)
	if err != nil {
		g.fail(w, r, err)
		return
	}
	body := stageBody{Stage: s, Split: split(w, r)}
	for _, gone := range s.Gone {
		if !stages.IsTest(gone.Path) {
			body.Gone = append(body.Gone, gone)
		}
	}
	all := []roleView{{Role: stages.Core}, {Role: stages.Deep}, {Role: stages.Given}}
	rank := func(r stages.Role) int { return slices.IndexFunc(all, func(v roleView) bool { return v.Role == r }) }
	number := 0
	for i, part := range s.Parts {
		p := partView{Title: part.Title, Outcome: part.Outcome}
		if len(s.Parts) > 1 {
			p.Number = i + 1
		}
		roles := map[stages.Role]*roleView{}
		for _, step := range part.Steps {
			number++
			role := roles[step.Role]
			if role == nil {
				role = &roleView{Role: step.Role}
				roles[step.Role] = role
			}
			view := stepView{s.Number, number, step, step.Size(changes), s.Dir}
			role.Steps = append(role.Steps, view)
			sum(&role.Size, view.Size)
			sum(&all[rank(step.Role)].Size, view.Size)
		}
		for i := range all {
			if role := roles[all[i].Role]; role != nil {
				p.Roles = append(p.Roles, *role)
			}
		}
		body.Parts = append(body.Parts, p)
	}
	body.Roles = slices.DeleteFunc(all, func(r roleView) bool { return r.Size.Minutes == 0 })
	l := g.languages[""]
	v := view{Title: l.words.say("stage-diff-title", s.Number, s.Idea), Stage: s.Number, Wide: true, InDiff: true, Body: body}
	v.Prev, v.Next = g.aroundStep(s.Number, 0)
	g.draw(w, r, l, "stage", v)
}

func sum(to *stages.Size, size stages.Size) {
	to.Lines += size.Lines
	to.Tests += size.Tests
	to.Write += size.Write
	to.Minutes += size.Minutes
}

// stepBody is the page of one step.
type stepBody struct {
	stepView
	Files  []fileView
	Copy   Copy // the participant's; empty if there is none
	Split  bool
	Switch string // the address of the other view
}

func (g *Guide) serveStep(w http.ResponseWriter, r *http.Request) {
	s, changes, err := g.stageChanges(r)
	if err != nil {
		g.fail(w, r, err)
		return
	}
	number, err := strconv.Atoi(r.PathValue("step"))
	steps := s.Steps()
	if err != nil || number < 1 || number > len(steps) {
		g.fail(w, r, fs.ErrNotExist)
		return
	}
	step := steps[number-1]
	body := stepBody{stepView: stepView{s.Number, number, step, step.Size(changes), s.Dir}, Split: split(w, r)}
	for _, name := range step.Covers(changes) {
		body.Files = append(body.Files, newFileView(s, changes[name], body.Split))
	}
	if len(step.Write) > 0 {
		if body.Copy, err = g.progress.Copy(s); err != nil {
			g.fail(w, r, err)
			return
		}
	}
	l := g.languages[""]
	v := view{Title: stepTitle(s.Number, number, step), Stage: s.Number, Wide: true, InDiff: true, Body: body}
	v.Prev, v.Next = g.aroundStep(s.Number, number)
	g.draw(w, r, l, "step", v)
}

// stepTitle is a step's title with its number.
func stepTitle(stage, number int, step stages.Step) string {
	return fmt.Sprintf("%d.%d %s", stage, number, step.Title)
}

// stageChanges reads what the stage of a request changes.
func (g *Guide) stageChanges(r *http.Request) (stages.Stage, map[string]stages.Change, error) {
	number, err := strconv.Atoi(r.PathValue("stage"))
	if err != nil {
		return stages.Stage{}, nil, fs.ErrNotExist
	}
	s, err := stages.Find(g.stages, number)
	if err != nil {
		return stages.Stage{}, nil, errors.Join(fs.ErrNotExist, err)
	}
	changes, err := g.changes.get(number, func() (map[string]stages.Change, error) {
		return stages.Changes(g.rootDir, g.stages, number-1, number)
	})
	return s, changes, err
}

// aroundStep returns what comes before and after a step. The stage's own page is its step
// 0; the next stage follows the last step.
func (g *Guide) aroundStep(stage, number int) (prev, next *entry) {
	var all []entry
	at := 0
	for _, s := range g.stages {
		if s.Number == stage {
			at = len(all) + number
		}
		all = append(all, entry{URL: "/diff/" + strconv.Itoa(s.Number), Title: g.languages[""].words.say("stage-diff-title", s.Number, s.Idea), Stage: s.Number})
		for i, step := range s.Steps() {
			all = append(all, entry{URL: stepURL(s.Number, i+1), Title: stepTitle(s.Number, i+1, step), Stage: s.Number})
		}
	}
	return around(all, at)
}

// viewCookie is the cookie with the reader's view of a diff.
const viewCookie = "workshop-view"

// split reports whether the reader wants a diff side by side, and stores a new choice.
func split(w http.ResponseWriter, r *http.Request) bool {
	switch chosen := strings.ToLower(r.FormValue("view")); chosen {
	case "split", "unified":
		http.SetCookie(w, &http.Cookie{
			Name: viewCookie, Value: chosen, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		})
		return chosen == "split"
	}
	kept, err := r.Cookie(viewCookie)
	return err == nil && kept.Value == "split"
}
