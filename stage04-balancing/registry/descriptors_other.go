//go:build !unix

package registry

// descriptors returns how many files and connections the process may have open.
// Where there is no such limit, the memory is one.
func descriptors() int { return 1 << 20 }
