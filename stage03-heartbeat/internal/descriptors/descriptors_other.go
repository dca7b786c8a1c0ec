//go:build !unix

package descriptors

// limit returns a number for systems that have no such limit: memory runs out before it
// is reached.
func limit() int { return 1 << 20 }
