package faults

// Undisturbed is undisturbed.
var Undisturbed = undisturbed

// OnceMore is onceMore.
const OnceMore = onceMore

// IsDoubtful is isDoubtful.
func (f Fault) IsDoubtful(c Column, o Outcome) bool { return f.isDoubtful(c, o) }
