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
	Steps  []Step // in lesson order
	Gone   []Gone // files of the stage before that are here no more
}

// Offers says what a stage's commands understand, so that a program can run any
// stage.
type Offers struct {
	Registry bool // there is a registry command, and -registry on both sides
	Lease    bool // registry and server take -ttl: a registration ends with its last beat
	Etcd     bool // the registry is etcd: an etcd command, and -registry etcd://HOST:PORT,HOST:PORT
	Failover bool // the client spreads its calls, and tries another server when one fails
}

// Step is one lesson: a change small enough to take in at once.
type Step struct {
	Title string
	Why   string // what is wrong without it
	// Files are the files that it adds or changes, tests included, in reading
	// order. Paths are relative to the stage, with slashes; one that ends in a
	// slash stands for everything below that folder, and one with stars for all
	// that it matches (see path.Match). Both are for folders that are new in
	// the stage: elsewhere they would hide a file that differs by mistake.
	Files []string
}

// Gone is a file that the stage deletes or renames.
type Gone struct {
	Path   string // in the stage before
	To     string // its new path; empty when it is deleted
	Reason string
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

// Name is how messages call the stage.
func (s Stage) Name() string { return fmt.Sprintf("stage %d", s.Number) }
