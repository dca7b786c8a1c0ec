//go:build !race

package etcd_test

const raceSlow = 1
