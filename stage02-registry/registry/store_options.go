package registry

import "log/slog"

// Options change how a store works. Zero values mean the defaults.
type Options struct {
	Logger *slog.Logger // for what happens to entries; default slog.Default()
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}
