//go:build !unix

package descriptors

// limit returns more than memory allows, where the system has no such limit.
func limit() int { return 1 << 20 }
