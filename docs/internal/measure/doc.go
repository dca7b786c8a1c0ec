// Package measure turns what a stage's client and registry say about themselves
// into the numbers that the demo and the fault matrix show.
//
// The one rule: nothing is assumed. A run whose load fell short, or whose
// report breaks off, is invalid; it never counts as a run without failures.
package measure
