// Package stages is the workshop's manifest: what each stage adds, step by
// step, and why. The chapters, the diffs and the exercises all follow its
// order.
//
// The one rule: the tree and the manifest agree. [Check] finds every file that
// differs between two stages without being listed, and every step that asks the
// reader to take in too much at once.
//
// The manifest is Go, one file per stage, rather than YAML: the compiler checks
// its field names, it can carry comments, and it reads as easily.
package stages

import "fmt"

// Stage is one stage of the workshop: the whole of the stage before plus one
// idea.
type Stage struct {
	Number int    // from 1
	Dir    string // its folder in the repository, which also ends its module path
	Idea   string // what it adds, in a few words
	Limit  string // what breaks at its end; the next stage begins there
	Lesson string // what the demo's table shows, in one sentence
	Offers Offers // what its commands understand
	Parts  []Part // in lesson order; most stages have one

	Gone      []Gone     // files of the stage before that are here no more
	GoneTests []GoneTest // test functions of the stage before that are here no more

	Budget     Budget  // bounds all steps of a role
	MaxDeleted int     // the most lines of non-test Go of the stage before that it may take away
	MaxTests   int     // the most lines of tests that it may add; 0 means no bound
	MaxNoise   float64 // bounds Figures.Noise, in per cent; 0 means no bound
}

// Offers lists what a stage's commands understand, so that a program can run any stage.
type Offers struct {
	Registry bool // there is a registry command, and -registry on both sides
	Lease    bool // registry and server take -ttl: a registration ends with its last beat
	Etcd     bool // the registry is etcd: an etcd command, and -registry etcd://HOST:PORT,HOST:PORT
	GRPC     bool // servers take -grpc HOST:PORT, and the client -grpc
	Failover bool // the client spreads its calls, and tries another server when one fails
}

// Part is a part of a stage with an outcome of its own.
type Part struct {
	Title   string
	Outcome string // what a reader can do or say at its end
	Steps   []Step // in lesson order
	Budget  Budget // bounds the part's steps of a role
}

// Budget bounds the lines of non-test Go that all steps of a role may add together. A
// role without an entry has no bound.
type Budget map[Role]int

// Role is the kind of reader that a step is for.
type Role string

// The roles of a step.
const (
	Core  Role = "core"  // the stage's idea: a day's workshop is the core alone
	Deep  Role = "deep"  // production strength, speed, a second way: it may be skipped
	Given Role = "given" // tooling that no reader has to read
)

// Step is one lesson: a change small enough to take in at once.
type Step struct {
	Title   string
	Why     string // what goes wrong without it
	Role    Role
	HalfDay bool // it belongs to the form of the workshop that takes half a day
	// Files are the files that it adds or changes, in reading order; X_test.go
	// stands in the step of X.go. Paths are relative to the stage, with slashes;
	// one that ends in a slash stands for everything below that folder, and one
	// with stars for all that it matches (see path.Match). Both are for folders
	// that are new in the stage: elsewhere they would hide a file that differs
	// by mistake.
	Files []string
	// Write names the functions that a participant writes, as Store.Put or
	// jitter. They stand in Files, and their doc comments say all that a writer
	// needs to know.
	Write []string
	// Also names test files of other steps that hold those functions to their comments.
	// check runs them as well, and whoever reads this step need not read them.
	Also []string
	Try  string // the command or experiment that shows it; empty when its tests do
}

// Gone is a file that the stage deletes or renames.
type Gone struct {
	Path   string // in the stage before
	To     string // its new path; empty when it is deleted
	Reason string
}

// GoneTest is a test function of the stage before that the stage deletes,
// renames, or moves to another folder. Tests are named with their folder, as
// registry/TestABeatRenews; one in the stage's own folder has its name alone.
// Test functions are benchmarks, fuzz targets and examples too.
type GoneTest struct {
	Name   string
	To     string // the test that keeps its promise now; empty when there is none
	Reason string // why there is none
}

// All returns every stage in order. To add a stage, write its file beside the
// others and name it here.
func All() []Stage {
	return []Stage{stage01(), stage02(), stage03(), stage04(), stage05()}
}

// Find returns the stage with that number. The error says which there are.
func Find(all []Stage, number int) (Stage, error) {
	for _, s := range all {
		if s.Number == number {
			return s, nil
		}
	}
	return Stage{}, fmt.Errorf("stage %d: there are stages %d to %d", number, all[0].Number, all[len(all)-1].Number)
}

// Name returns the stage's name in messages.
func (s Stage) Name() string { return fmt.Sprintf("stage %d", s.Number) }

// Steps returns the steps of all parts in lesson order. Step K of a stage, as
// the diff and the chapters number them, is the one at K-1.
func (s Stage) Steps() []Step {
	var steps []Step
	for _, part := range s.Parts {
		steps = append(steps, part.Steps...)
	}
	return steps
}

// Lists returns the number of the step that lists a file, from 1; 0 if none
// does.
func (s Stage) Lists(file string) int {
	for i, step := range s.Steps() {
		for _, entry := range step.Files {
			if Matches(entry, file) {
				return i + 1
			}
		}
	}
	return 0
}
