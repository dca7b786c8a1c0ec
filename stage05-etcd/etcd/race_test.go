//go:build race

package etcd_test

// slow is how many times longer things may take.
const slow = 3
