package etcd

import (
	"go.etcd.io/etcd/api/v3/mvccpb"

	"example.com/workshop/stage05-etcd/registry"
)

// For tests of one function, and for the fuzz tests, which are worth more at
// full speed than through etcd.
var (
	Parse = parse
	Retry = retry
)

func Decode(service, key, value string) (registry.Instance, error) {
	return fuzzed.decode(service, &mvccpb.KeyValue{Key: []byte(key), Value: []byte(value)})
}

func EntryKey(in registry.Instance) string { return fuzzed.entryKey(in) }

var fuzzed = &Registry{opts: Options{}.withDefaults()}
