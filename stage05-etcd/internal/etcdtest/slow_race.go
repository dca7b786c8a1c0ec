//go:build race

package etcdtest

// raceSlow is how many times longer things may take because of the race detector.
const raceSlow = 3
