package stages

import "math"

// The lines that a reader reads in a minute, and the minutes that it takes to write a
// function.
const (
	denseLines     = 10 // core and deep steps
	easyLines      = 20 // given ones
	testLines      = 40
	minutesToWrite = 7
)

// Size is the amount to read and to write, and the time that takes.
type Size struct {
	Lines   int // of non-test Go that are new
	Tests   int // lines of tests that are new
	Write   int // functions to write
	Minutes int
}

func (s *Size) add(other Size) {
	s.Lines += other.Lines
	s.Tests += other.Tests
	s.Write += other.Write
	s.Minutes += other.Minutes
}

// Size measures a step among the changes of its stage. Its minutes are rounded,
// and are at least one, so that those of a part are the sum of what its steps
// show.
func (s Step) Size(changes map[string]Change) Size {
	size := Size{Write: len(s.Write)}
	for _, name := range s.Covers(changes) {
		added, _ := changes[name].Lines()
		if IsTest(name) {
			size.Tests += added
		} else {
			size.Lines += added
		}
	}
	rate := float64(denseLines)
	if s.Role == Given {
		rate = easyLines
	}
	reading := float64(size.Lines)/rate + float64(size.Tests)/testLines
	size.Minutes = max(1, int(math.Round(reading))) + minutesToWrite*size.Write
	return size
}

// Figures are the sums over a stage's steps.
type Figures struct {
	Steps   []Size // as Stage.Steps
	Parts   []Size // as Stage.Parts
	Roles   map[Role]Size
	All     Size
	HalfDay Size // the steps that are marked so
	Deleted int  // lines of non-test Go of the stage before that are gone
	// Noise is the share, in per cent, of the lines that are new or gone in the non-test
	// Go files which the stage before has too, and that belong to no core or deep step.
	Noise float64
	// FirstTry is how many lines, tests included, are in the steps up to the first one
	// with something to try; in all steps, if there is none.
	FirstTry int
}

// Measure measures a stage against the one before.
func Measure(root string, all []Stage, s Stage) (Figures, error) {
	changes, err := Changes(root, all, s.Number-1, s.Number)
	if err != nil {
		return Figures{}, err
	}
	return s.figures(changes), nil
}

func (s Stage) figures(changes map[string]Change) Figures {
	f := Figures{Roles: make(map[Role]Size)}
	tried := false
	for _, part := range s.Parts {
		var sum Size
		for _, step := range part.Steps {
			size := step.Size(changes)
			f.Steps = append(f.Steps, size)
			sum.add(size)
			role := f.Roles[step.Role]
			role.add(size)
			f.Roles[step.Role] = role
			if step.HalfDay {
				f.HalfDay.add(size)
			}
			if !tried {
				f.FirstTry += size.Lines + size.Tests
				tried = step.Try != ""
			}
		}
		f.Parts = append(f.Parts, sum)
		f.All.add(sum)
	}
	f.Deleted, f.Noise = s.deleted(changes), s.noise(changes)
	return f
}

// deleted is Figures.Deleted.
func (s Stage) deleted(changes map[string]Change) (lines int) {
	for _, change := range touched(changes) {
		_, deleted := change.Lines()
		lines += deleted
	}
	return lines
}

// noise is Figures.Noise.
func (s Stage) noise(changes map[string]Change) float64 {
	lesson := make(map[string]bool)
	for _, step := range s.Steps() {
		for _, name := range step.Covers(changes) {
			lesson[name] = step.Role == Core || step.Role == Deep
		}
	}
	changed, aside := 0, 0
	for _, change := range touched(changes) {
		added, deleted := change.Lines()
		changed += added + deleted
		if !lesson[change.Path] && !change.Deleted {
			aside += added + deleted
		}
	}
	if changed == 0 {
		return 0
	}
	return 100 * float64(aside) / float64(changed)
}

// touched returns the changes to files of the stage before, tests aside. A file
// that was renamed is one change.
func touched(changes map[string]Change) []Change {
	renamed := make(map[string]bool)
	for _, change := range changes {
		if !change.Deleted && change.From != change.Path {
			renamed[change.From] = true
		}
	}
	var all []Change
	for name, change := range changes {
		if !change.Added() && !IsTest(name) && !(change.Deleted && renamed[name]) {
			all = append(all, change)
		}
	}
	return all
}
