//go:build !race

package etcd_test

const slow = 1
