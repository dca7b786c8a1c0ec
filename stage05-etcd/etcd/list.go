package etcd

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"example.com/workshop/stage05-etcd/registry"
)

// list holds the entries of one service. The zero value is empty.
type list struct {
	entries map[string]entry // by key
	cache   []registry.Instance
}

// entry is what stands under one key.
type entry struct {
	in       registry.Instance
	revision int64 // of its latest change
	bad      bool  // it is no instance
}

// put takes over an entry.
func (l *list) put(key string, e entry) {
	if l.entries == nil {
		l.entries = make(map[string]entry)
	}
	old, known := l.entries[key]
	l.entries[key] = e
	if !known || old.bad != e.bad || !reflect.DeepEqual(old.in, e.in) {
		l.cache = nil
	}
}

// remove takes an entry away.
func (l *list) remove(key string) {
	delete(l.entries, key)
	l.cache = nil
}

// latest returns the revision of the entry that changed last; 0 if there is
// none.
func (l *list) latest() (revision int64) {
	for _, e := range l.entries {
		revision = max(revision, e.revision)
	}
	return revision
}

// sorted returns the instances by id. Of two with one id, which nobody but a
// human puts there, it has the one whose key comes first.
func (l *list) sorted() []registry.Instance {
	if l.cache != nil {
		return l.cache
	}
	l.cache = make([]registry.Instance, 0, len(l.entries))
	for _, key := range slices.Sorted(maps.Keys(l.entries)) {
		if e := l.entries[key]; !e.bad {
			l.cache = append(l.cache, e.in)
		}
	}
	slices.SortStableFunc(l.cache, func(a, b registry.Instance) int { return cmp.Compare(a.ID, b.ID) })
	l.cache = slices.CompactFunc(l.cache, func(a, b registry.Instance) bool { return a.ID == b.ID })
	return l.cache
}

// same reports whether two lists are equal, which is soon said of one that has
// not changed.
func same(a, b []registry.Instance) bool {
	if len(a) != len(b) {
		return false
	}
	return len(a) == 0 || &a[0] == &b[0] || reflect.DeepEqual(a, b)
}
