//go:build race

package guide_test

// raced says that the race detector is on, which takes its time.
const raced = true
