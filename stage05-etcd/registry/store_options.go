package registry

import (
	"log/slog"
	"time"

	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// Options change how a store works. Zero values, and times below zero, mean the defaults.
type Options struct {
	Logger *slog.Logger  // for what happens to entries; default slog.Default()
	TTL    time.Duration // the longest lease that is granted; default 15 s, at most MaxTTL
	Sweep  time.Duration // between two sweeps for leases that ran out; default 1 s
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	o.Logger = loglimit.New(o.Logger) // a stranger may let any number of leases run out
	if o.TTL <= 0 {
		o.TTL = 15 * time.Second
	}
	o.TTL = min(o.TTL, MaxTTL)
	if o.Sweep <= 0 {
		o.Sweep = time.Second
	}
	return o
}
