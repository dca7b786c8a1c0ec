package exercise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/workshop/docs/internal/stages"
)

// Proof is one experiment with a step's tests: with everything in place they
// pass, and with something blank one of them fails.
type Proof struct {
	Step    int      // of the stage, from 1
	What    string   // what is blank: "nothing", a function, "the step", or "the step and all after it"
	Blank   []string // functions, as switchEnv names them
	Caught  string   // the test that failed
	How     string   // what it failed with: "assertion" or "its own panic"
	Wrong   string   // why the experiment proves nothing; empty when all is well
	Seconds float64
	Cached  bool
}

// prover makes the experiments of one stage.
type prover struct {
	dir      string // the stage
	cache    string // a folder for results, by content
	engine   string // a hash of what makes them
	seen     files
	binaries map[string]string
	limit    time.Duration
}

// ProofLimit bounds one run of a step's tests in an experiment.
const ProofLimit = time.Minute

// Prove blanks what the steps of a stage ask for: each function by itself, all of
// a step, and all of a step and of those after it. It compiles each package once.
// Results are kept in the folder cache by the content of all that they depend on;
// engine stands for the program itself. Experiments run as many at a time as free
// has room for.
func Prove(ctx context.Context, root string, s stages.Stage, cache, engine string, free chan struct{}) ([]Proof, error) {
	dir := filepath.Join(root, s.Dir)
	reference, err := readFiles(dir)
	if err != nil {
		return nil, err
	}
	tasks, err := Tasks(s, reference.tree())
	if err != nil {
		return nil, err
	}
	o, err := switchedAll(reference, tasks)
	if err != nil {
		return nil, err
	}
	p := &prover{dir: dir, cache: cache, engine: engine, seen: make(files), limit: ProofLimit}
	for _, from := range []files{reference, o.files} {
		for name, text := range from {
			p.seen[name] = text
		}
	}
	experiments := p.experiments(s, reference, tasks)
	if err := p.build(ctx, o, experiments); err != nil {
		return nil, err
	}
	results := make(chan error, len(experiments))
	for _, e := range experiments {
		free <- struct{}{}
		go func() {
			results <- p.run(ctx, e)
			<-free
		}()
	}
	var errs []error
	for range experiments {
		errs = append(errs, <-results)
	}
	var proofs []Proof
	for _, e := range experiments {
		proofs = append(proofs, e.Proof)
	}
	return proofs, errors.Join(errs...)
}

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

// build compiles what the experiments need that are not known yet.
func (p *prover) build(ctx context.Context, o overlay, experiments []*experiment) error {
	var packages []string
	for _, e := range experiments {
		if p.remembered(e) {
			continue
		}
		for _, g := range e.groups {
			if !slices.Contains(packages, g.pkg) {
				packages = append(packages, g.pkg)
			}
		}
	}
	if len(packages) == 0 {
		return nil
	}
	to := filepath.Join(p.cache, filepath.Base(p.dir))
	flag, err := o.writeOverlay(p.dir, filepath.Join(to, "overlay"))
	if err != nil {
		return err
	}
	var broken map[string]error
	p.binaries, broken, err = compile(ctx, p.dir, to, flag, packages)
	for _, e := range broken {
		err = errors.Join(err, e)
	}
	return err
}

// run makes one experiment, unless its result is known.
func (p *prover) run(ctx context.Context, e *experiment) error {
	if p.remembered(e) {
		return nil
	}
	began := time.Now()
	err := p.play(ctx, e)
	if err == nil && len(e.Blank) == 0 && e.Wrong != "" {
		e.Wrong = "" // tests in real time, as those with etcd are, may have lost to another experiment
		err = p.play(ctx, e)
	}
	if err != nil {
		return err
	}
	e.Seconds = time.Since(began).Seconds()
	if len(e.Blank) > 0 && e.Caught == "" && e.Wrong == "" {
		e.Wrong = "no test notices"
	}
	if e.Wrong != "" {
		return nil // it is made again next time
	}
	return p.remember(e)
}

// play runs the step's tests up to the first that fails, and judges that.
func (p *prover) play(ctx context.Context, e *experiment) error {
	for _, g := range e.groups {
		v, err := testRun{
			binary: p.binaries[g.pkg], dir: filepath.Join(p.dir, filepath.FromSlash(g.pkg)), tests: g.tests, limit: p.limit,
			env: []string{switchEnv + "=" + strings.Join(e.Blank, ",")},
		}.run(ctx)
		if err != nil {
			return err
		}
		if !v.Passed {
			e.judge(v)
			return nil
		}
	}
	return nil
}

// judge says whether a test has failed for the right reason.
func (e *experiment) judge(v verdict) {
	name, panicked := strings.CutPrefix(v.Panic, "panic: "+writeMe)
	own := func(blank string) bool { return strings.HasSuffix(blank, ":"+name) }
	switch {
	case len(e.Blank) == 0:
		e.Wrong = v.Failed + " fails although nothing is blank: " + strings.Join(append(v.Lines, v.Panic), "; ")
	case v.TimedOut:
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
