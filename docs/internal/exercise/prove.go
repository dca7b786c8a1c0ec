package exercise

import (
	"context"
	"errors"
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

// ProofLimit bounds one run of a step's tests in an experiment. With etcd some take a
// minute on a busy machine.
const ProofLimit = 3 * time.Minute

// Prove blanks what the steps of a stage ask for: each function by itself, all of a step,
// and all of a step and of those after it. It compiles each package once. Results are
// kept in the folder cache, under a hash of everything that they depend on; engine stands
// for the program itself. As many experiments run at a time as free has room for.
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

// build compiles what is needed by experiments without a known result.
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
