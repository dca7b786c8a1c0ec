package exercise

import "slices"

// Look reports how far a copy is, without running or writing anything. A function counts
// as solved if the tests of its step have passed with the copy as it is now. The error is
// a *NotStartedError if there is no copy.
func Look(w Work) (Report, error) {
	c := &checker{}
	var err error
	if c.copied, err = w.open(); err != nil {
		return Report{}, err
	}
	if c.overlay, err = c.filled(); err != nil {
		return Report{}, err
	}
	c.see()
	c.report = &Report{Stage: w.Stage.Number, Idea: w.Stage.Idea, Folder: w.Name()}
	for _, s := range c.asked() {
		r := c.unrun(s)
		if !slices.ContainsFunc(s.groups, func(g group) bool { return !c.passed(g) }) {
			for i := range r.Functions {
				if r.Functions[i].Status == Written {
					r.Functions[i].Status = Solved
				}
			}
		}
		c.count(r)
		c.report.Steps = append(c.report.Steps, r)
	}
	return *c.report, nil
}
