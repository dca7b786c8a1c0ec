package lab

// Outcome is exported for tests: a script takes longer than they may.
var Outcome = outcome
