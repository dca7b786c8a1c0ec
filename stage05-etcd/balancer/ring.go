package balancer

import (
	"math"
	"math/bits"

	"example.com/workshop/stage05-etcd/registry"
)

// pointsPerNode is how many points an instance of average weight has. More points make
// the shares more even: at 160, libketama's number, they stay within about a fifth of the
// mean.
const pointsPerNode = 160

// ring is a circle of hashes. Each node owns several points on it. A key belongs to the
// owner of the first point at or after its hash. A ring never changes.
type ring struct {
	nodes []*registry.Instance // nil where a node has left
	arcs  [][]point            // the circle in equal arcs, a power of two of them; the points of each are sorted
}

// point is a point on the ring. It names its owner by the index in ring.nodes: with
// pointers, the garbage collector would have to follow all of them.
type point struct {
	hash  uint64
	owner int
}

// find returns the owner of the first point at or after h whose owner skip does not turn
// down. After the end of the circle the search goes on at its beginning. find returns nil
// if there is none. A nil skip turns none down.
func (r *ring) find(h uint64, skip func(id string) bool) *registry.Instance {
	first, arcs := r.arc(h), len(r.arcs)
	for i := range arcs + 1 { // the last arc is the first one again, for its points before h
		for _, p := range r.arcs[(first+i)%arcs] {
			if i == 0 && p.hash < h {
				continue
			}
			if n := r.nodes[p.owner]; skip == nil || !skip(n.ID) {
				return n
			}
		}
	}
	return nil
}

// arc returns the index of the arc that h is on, which is h's first bits.
func (r *ring) arc(h uint64) int { return int(h >> (64 - bits.Len(uint(len(r.arcs)-1)))) }

// pointCounts returns the number of points of each node. That is its share, by weight, of
// pointsPerNode times the number of nodes, rounded, and at least one. The sum is the same
// for all weights, so a huge weight costs no memory. With equal weights, a node has the
// same points in every ring. A nil counts as no node.
func pointCounts(nodes []*registry.Instance) []int {
	number, weights := 0, 0
	for _, n := range nodes {
		if n != nil {
			number, weights = number+1, weights+n.Weight
		}
	}
	counts := make([]int, len(nodes))
	for i, n := range nodes {
		if n != nil {
			share := float64(n.Weight) / float64(weights)
			counts[i] = max(1, int(math.Round(share*float64(pointsPerNode*number))))
		}
	}
	return counts
}

// hash is FNV-1a, as in hash/fnv but without an allocation. It also mixes the bits,
// because FNV alone gives short, similar strings close hashes. It must be the same in all
// processes, so hash/maphash would not do.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// pointHash returns the k-th hash of the SplitMix64 sequence that starts at base
// (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
func pointHash(base uint64, k int) uint64 { return mix(base + uint64(k+1)*0x9e3779b97f4a7c15) }

// mix is the last step of SplitMix64.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
