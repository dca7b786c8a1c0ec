package balancer

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// pointsPerNode is how many points an instance of average weight has. The more
// there are, the more even the shares: at 160, libketama's number, they stay
// within about a fifth of the mean.
const pointsPerNode = 160

// ring is a circle of hashes. Each node owns several points on it; a key belongs
// to the first point at or after its hash. A ring never changes.
type ring struct {
	nodes  []*node[struct{}]
	points []point // sorted by hash
}

// point is the k-th of its owner's points. It names the owner by its index in
// ring.nodes: a pointer would have the garbage collector follow all of them.
type point struct {
	hash     uint64
	owner, k int32
}

// find returns the node of the first point at or after h, and from there around
// the end of the circle, that skip does not turn down; nil if there is none. A nil
// skip turns none down.
func (r *ring) find(h uint64, skip func(id string) bool) *node[struct{}] {
	first := sort.Search(len(r.points), func(i int) bool { return r.points[i].hash >= h })
	for i := range r.points {
		n := r.nodes[r.points[(first+i)%len(r.points)].owner]
		if skip == nil || !skip(n.ID) {
			return n
		}
	}
	return nil
}

// update returns the ring of list. To sort all points of 1,000 nodes takes far longer
// than to walk over them, so only those that r does not have are made and sorted.
func (r *ring) update(list []*node[struct{}]) *ring {
	indices := make(map[string]int, len(r.nodes)) // in r.nodes, by ID
	for i, n := range r.nodes {
		indices[n.ID] = i
	}
	had, counts := pointCounts(r.nodes), pointCounts(list)
	index, keep := make([]int32, len(r.nodes)), make([]int32, len(r.nodes)) // for merge
	var added []point
	for i, n := range list {
		k := 0
		if old, ok := indices[n.ID]; ok {
			index[old], keep[old], k = int32(i), int32(counts[i]), had[old]
		}
		for base := hash(n.ID); k < counts[i]; k++ {
			added = append(added, point{pointHash(base, k), int32(i), int32(k)})
		}
	}
	slices.SortFunc(added, func(a, b point) int { return cmp.Compare(a.hash, b.hash) })
	return &ring{list, r.merge(added, index, keep)}
}

// pointCounts returns how many points each node of list has: its share, by weight,
// of pointsPerNode times the number of nodes, rounded, and at least one. The sum
// is the same for all weights, so a huge weight costs no memory, and with equal
// weights a node has the same points in every ring.
func pointCounts(list []*node[struct{}]) []int {
	weights := 0
	for _, n := range list {
		weights += n.Weight
	}
	var counts []int
	for _, n := range list {
		share := float64(n.Weight) / float64(weights)
		counts = append(counts, max(1, int(math.Round(share*float64(pointsPerNode*len(list))))))
	}
	return counts
}

// merge returns the points of r that stay and the added ones, which are sorted, as one
// sorted list. index says for each of r's nodes what its index is in the new ring, and
// keep how many of its points stay: those whose k is less.
func (r *ring) merge(added []point, index, keep []int32) []point {
	merged := make([]point, 0, len(r.points)+len(added))
	for _, p := range r.points {
		if p.k >= keep[p.owner] {
			continue
		}
		for len(added) > 0 && added[0].hash < p.hash {
			merged, added = append(merged, added[0]), added[1:]
		}
		merged = append(merged, point{p.hash, index[p.owner], p.k})
	}
	return append(merged, added...)
}

// hash is FNV-1a, as in hash/fnv but without an allocation, with its bits mixed:
// FNV alone leaves short, similar strings close together. It must not differ
// between processes, as hash/maphash does.
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
