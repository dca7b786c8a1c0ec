package breaks

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/workshop/docs/internal/difftext"
	"example.com/workshop/docs/internal/scratch"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// Player shows breaks of one stage.
type Player struct {
	Root   string
	Stage  stages.Stage
	Screen *term.Screen
	// Ask waits for a line that the reader types. If it is nil, nothing is asked.
	Ask func(ctx context.Context) (string, error)
}

// List prints the breaks of the stage.
func (p Player) List() error {
	all, err := Load(p.Root, p.Stage)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Screen, "%s\n", p.Screen.Bold(fmt.Sprintf("Stage %d: %d ways to break it", p.Stage.Number, len(all))))
	for _, b := range all {
		fmt.Fprintf(p.Screen, "\n%s\n%s\n", p.Screen.Bold(b.Name), indent(term.Wrap(b.Summary, term.Width-2)))
	}
	if len(all) > 0 {
		fmt.Fprintf(p.Screen, "\nTo try one: go run ./docs break %d %s\n", p.Stage.Number, all[0].Name)
	}
	return nil
}

// Play applies a break to a copy of the stage, runs the tests, and shows which of them
// notice it. It is an error if none does.
func (p Player) Play(ctx context.Context, name string) error {
	all, err := Load(p.Root, p.Stage)
	if err != nil {
		return err
	}
	b, err := Find(all, p.Stage, name)
	if err != nil {
		return err
	}
	invariants, err := Invariants(p.Root)
	if err != nil {
		return err
	}
	done, err := scratch.Alone(filepath.Join(p.Root, filepath.FromSlash(CopyDir(p.Stage))) + ".lock")
	if errors.Is(err, scratch.ErrBusy) {
		return fmt.Errorf("another docs break is at work in %s; wait until it has ended", CopyDir(p.Stage))
	}
	if err != nil {
		return err
	}
	defer done()
	change, err := Copy(p.Root, p.Stage, b)
	if err != nil {
		return err
	}
	p.show(b, change)
	guess, err := p.guess(ctx, invariants[p.Stage.Number])
	if err != nil {
		return err
	}

	run := Run{Dir: filepath.Join(p.Root, filepath.FromSlash(CopyDir(p.Stage))), Packages: b.Packages, Grace: grace}
	fmt.Fprintf(p.Screen, "\n%s\n", p.Screen.Dim("running "+b.Command()+" in "+CopyDir(p.Stage)+" …"))
	result, err := b.Run(ctx, run)
	if err != nil {
		return err
	}
	if len(result.Build) > 0 {
		return fmt.Errorf("the break %s does not compile: %s", b.Name, strings.Join(result.Build, "; "))
	}
	if len(result.Failed) == 0 {
		return fmt.Errorf("no test of %s notices the break %s", strings.Join(b.Packages, " "), b.Name)
	}
	p.noticed(b, result)
	p.meaning(b, invariants[p.Stage.Number], guess)
	return nil
}

// Command is what runs the break's tests by hand.
func (b Break) Command() string {
	race := ""
	if b.Race {
		race = "-race "
	}
	return "go test " + race + strings.Join(b.Packages, " ")
}

// Run runs the tests that should notice, as run says. If the race detector crashes, which
// is not the code's fault (https://go.dev/issue/78156), Run runs them again.
func (b Break) Run(ctx context.Context, run Run) (result Result, err error) {
	if b.Race {
		run.Flags = append(slices.Clone(run.Flags), "-race")
	}
	for range 3 {
		result, err = run.Do(ctx)
		if err != nil || !result.Detector {
			return result, err
		}
	}
	return result, errors.New("the race detector itself broke down, three times")
}

func (p Player) show(b Break, change stages.Change) {
	out := p.Screen
	fmt.Fprintf(out, "%s\n%s\n", out.Bold(fmt.Sprintf("Stage %d, %s", p.Stage.Number, b.Name)), term.Wrap(b.Summary, term.Width))
	fmt.Fprintf(out, "%s\n", term.Wrap("From: "+b.From, term.Width))
	fmt.Fprintf(out, "\n%s\n", out.Bold("--- "+path.Join(p.Stage.Dir, b.File)))
	fmt.Fprintf(out, "%s\n", out.Bold("+++ "+path.Join(CopyDir(p.Stage), b.File)))
	difftext.WriteHunks(out, out, difftext.Hunks(change))
}

// id matches an invariant's name in what a reader types.
var id = regexp.MustCompile(`(?i)\bi?(\d+)\b`)

// guess asks which invariant falls. It returns "" if nobody was asked or the answer names
// none.
func (p Player) guess(ctx context.Context, of []Invariant) (string, error) {
	if p.Ask == nil {
		return "", nil
	}
	fmt.Fprintf(p.Screen, "\n%s\n", p.Screen.Bold("What do you expect? Which of these does not hold any more?"))
	for _, i := range of {
		fmt.Fprintf(p.Screen, "%s\n", indent(term.Wrap(i.ID+" "+i.Text, term.Width-2)))
	}
	fmt.Fprintf(p.Screen, "Type its number, or Enter to go on: ")
	line, err := p.Ask(ctx)
	if found := id.FindStringSubmatch(line); found != nil && err == nil {
		return "I" + found[1], nil
	}
	return "", err
}

// noticed shows the tests that failed, and where each stands.
func (p Player) noticed(b Break, result Result) {
	out := p.Screen
	heading := fmt.Sprintf("%d of %d tests notice:", len(result.Failed), len(result.Failed)+result.Passed)
	if result.Stopped {
		heading = fmt.Sprintf("%d of %d tests notice, and the others were not waited for:", len(result.Failed), len(result.Failed)+result.Passed)
	}
	fmt.Fprintf(out, "\n%s\n", out.Bold(heading))
	for i, test := range result.Failed {
		fmt.Fprintf(out, "  %s\n", out.Red(test.Name))
		message := test.Message(messageLines)
		if i >= shownInFull {
			message = message[:min(1, len(message))]
		}
		for _, line := range message {
			fmt.Fprintf(out, "      %s\n", line)
		}
	}
	first := result.Failed[0]
	_, folder, _ := strings.Cut(first.Package, p.Stage.Dir)
	command := strings.Replace(b.Command(), strings.Join(b.Packages, " "), fmt.Sprintf("-run '^%s$' .%s", first.Name, folder), 1)
	fmt.Fprintf(out, "\n%s is the first. By hand:\n  cd %s && %s\n", first.Name, CopyDir(p.Stage), command)
}

// grace is how long the tests go on after one has noticed.
const grace = 15 * time.Second

// How many of the tests that notice show what they say, and how many lines of it. The
// others show one line.
const (
	shownInFull  = 3
	messageLines = 8
)

// meaning says which invariant fell, and what a reader would see in production.
func (p Player) meaning(b Break, of []Invariant, guess string) {
	out := p.Screen
	fmt.Fprintf(out, "\n%s\n%s\n", out.Bold("What does not hold any more"), term.Wrap(b.Invariant+" "+Sentence(of, b.Invariant), term.Width))
	switch guess {
	case "":
	case b.Invariant:
		fmt.Fprintf(out, "%s\n", out.Green("As you expected."))
	default:
		fmt.Fprintf(out, "%s\n", out.Yellow("You expected "+guess+"."))
	}
	fmt.Fprintf(out, "\n%s\n%s\n", out.Bold("What you would see in production"), term.Wrap(b.Seen, term.Width))
}

// indent puts two spaces before every line.
func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
