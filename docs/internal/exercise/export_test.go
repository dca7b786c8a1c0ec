package exercise

// What the tests read of how a run of tests is judged.
type Verdict = verdict

var ReadVerdict = read

func (v verdict) Place(dir string) string { return v.place(dir) }

func (v verdict) EndlessText(pkg string) string { return v.endless(pkg) }

const OutputLimit = outputLimit

// Open returns the tests of a test binary's output that have begun and not ended.
func Open(text string) []string { return (&output{text: []byte(text)}).open() }
