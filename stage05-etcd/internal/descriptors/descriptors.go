// Package descriptors says how many connections may be open at once. The one rule: some
// descriptors are left for everything else that the program opens.
package descriptors

// Half returns half of the number of connections and files that the process may have
// open, but at most 10,000, since each connection takes memory too.
func Half() int { return min(limit()/2, 10_000) }
