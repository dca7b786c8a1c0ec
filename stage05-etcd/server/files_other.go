//go:build !unix

package server

// maxFiles returns how many files a process may have open where the system has no limit
// for that.
func maxFiles() int { return 1 << 14 }
