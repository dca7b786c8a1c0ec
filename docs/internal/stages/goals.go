package stages

import "fmt"

// Goals bound the workshop as a whole.
type Goals struct {
	CoreLines   int // non-test Go of all core steps, at most
	CoreMinutes int // of all core steps, at most
	CoreWrite   int // functions to write in core steps, at least
	DeepWrite   int // functions to write in deep steps, at least
	FirstTry    int // lines before the first thing to try in the first stage, at most
}

// TheGoals are the workshop's. The bounds on the core's lines and minutes are its present
// ones, so that it can only shrink: a day's workshop wants 420 minutes.
func TheGoals() Goals {
	return Goals{CoreLines: 2342, CoreMinutes: 462, CoreWrite: 20, DeepWrite: 15, FirstTry: 60}
}

// Missed returns the goals that the figures of all stages miss, a line each.
func (g Goals) Missed(all []Figures) []string {
	var core, deep Size
	for _, f := range all {
		core.add(f.Roles[Core])
		deep.add(f.Roles[Deep])
	}
	var missed []string
	atMost := func(got, most int, what string) {
		if got > most {
			missed = append(missed, fmt.Sprintf("%d %s, more than %d", got, what, most))
		}
	}
	atLeast := func(got, least int, what string) {
		if got < least {
			missed = append(missed, fmt.Sprintf("%d %s, fewer than %d", got, what, least))
		}
	}
	atMost(core.Lines, g.CoreLines, "lines of core")
	atMost(core.Minutes, g.CoreMinutes, "minutes for the core")
	atMost(all[0].FirstTry, g.FirstTry, "lines before the first thing to try")
	atLeast(core.Write, g.CoreWrite, "core functions to write")
	atLeast(deep.Write, g.DeepWrite, "deep functions to write")
	return missed
}
