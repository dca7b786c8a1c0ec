package balancer

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// pointsPerNode is how many points an instance of average weight has. The more
// there are, the more even the shares: at 160, libketama's number, they stay
// within about a fifth of the mean.
const pointsPerNode = 160

// ring is a circle of hashes. Each node owns several points on it; a key belongs
// to the first point at or after its hash. A ring never changes.
//
// The circle is cut into equal parts, at least as many as there are points, so
// most hold one point or none. So a point is found in a step or two, with no
// binary search, and the ring is sorted part by part.
type ring struct {
	nodes  []*node[struct{}]
	points []point // sorted by hash
	first  []int32 // by part: the index of its first point
	shift  int     // the part of a hash is hash>>shift
}

// point names its owner by index: a pointer would have the garbage collector
// follow all of them.
type point struct {
	hash  uint64
	owner int32
}

// newRing shares out pointsPerNode points per node by weight. Their sum is the
// same for all weights, so a huge weight costs no memory. With equal weights a
// node has the same points in every ring.
func newRing(list []*node[struct{}]) *ring {
	weights := 0
	for _, n := range list {
		weights += n.Weight
	}
	points := make([]point, 0, (pointsPerNode+1)*len(list))
	for i, n := range list {
		share := float64(n.Weight) / float64(weights)
		h := hash(n.ID)
		for range max(1, int(math.Round(share*float64(pointsPerNode*len(list))))) {
			h += 0x9e3779b97f4a7c15
			points = append(points, point{mix(h), int32(i)})
		}
	}
	r := sortIntoParts(points)
	r.nodes = list
	return r
}

// sortIntoParts deals the points out to their parts and then sorts each part. To
// sort those of 1,000 instances as a whole takes four times as long.
func sortIntoParts(points []point) *ring {
	width := bits.Len(uint(len(points)))
	r := &ring{points: make([]point, len(points)), first: make([]int32, 1<<width+1), shift: 64 - width}
	for _, p := range points {
		r.first[p.hash>>r.shift+1]++
	}
	for part := range 1 << width {
		r.first[part+1] += r.first[part]
	}
	next := slices.Clone(r.first)
	for _, p := range points {
		part := p.hash >> r.shift
		r.points[next[part]] = p
		next[part]++
	}
	for part := range 1 << width {
		slices.SortFunc(r.points[r.first[part]:r.first[part+1]], func(a, b point) int { return cmp.Compare(a.hash, b.hash) })
	}
	return r
}

// find returns the node of the first point at or after h that skip leaves, nil if
// there is none.
func (r *ring) find(h uint64, skip func(id string) bool) *node[struct{}] {
	i := int(r.first[h>>r.shift])
	for i < len(r.points) && r.points[i].hash < h {
		i++
	}
	for range r.points {
		if i == len(r.points) {
			i = 0
		}
		if n := r.nodes[r.points[i].owner]; skip == nil || !skip(n.ID) {
			return n
		}
		i++
	}
	return nil
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

// mix is the last step of SplitMix64 (Steele, Lea and Flood, "Fast Splittable
// Pseudorandom Number Generators", 2014).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
