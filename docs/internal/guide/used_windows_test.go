package guide_test

import "time"

var start = time.Now()

// used is the time since the test began.
func used() time.Duration { return time.Since(start) }
