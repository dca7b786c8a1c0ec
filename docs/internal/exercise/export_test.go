package exercise

// What the tests read of how a run of tests is judged.
type Verdict = verdict

var ReadVerdict = read

func (v verdict) Place(dir string) string { return v.place(dir) }
