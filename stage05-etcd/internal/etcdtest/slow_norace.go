//go:build !race

package etcdtest

const raceSlow = 1
