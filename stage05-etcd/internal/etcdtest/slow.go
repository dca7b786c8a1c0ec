package etcdtest

import (
	"crypto/sha256"
	"time"
)

// Slow is how many times longer things may take in a test that lives in real time,
// for etcd knows no other: 1 where nobody else has the processor, and up to 6 on a
// busy machine or under the race detector.
var Slow = min(raceSlow*busy(), 6)

// busy measures how many times slower work is done now than when nobody else
// has the processor, and returns 1 to 4.
func busy() time.Duration {
	work, quickest, began := make([]byte, 64<<10), time.Hour, time.Now()
	const pieces = 2000 // as long as it takes for others to get the processor in between
	for range pieces {
		began := time.Now()
		sha256.Sum256(work)
		quickest = min(quickest, time.Since(began))
	}
	return min(max(time.Since(began)*2/3/(pieces*quickest), 1), 4)
}
