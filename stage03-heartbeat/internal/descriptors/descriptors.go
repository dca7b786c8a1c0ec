// Package descriptors says how many connections may be open at once. The one rule: some
// descriptors are left for what else the program opens.
package descriptors

// Half returns half of the connections and files that the process may have open, and
// 10,000 at most: each takes memory too.
func Half() int { return min(limit()/2, 10_000) }
