package client

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"time"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/internal/loglimit"
)

// withDefaults returns o with the defaults in place of zero values.
func (o Options) withDefaults() Options {
	if o.DialContext == nil {
		o.DialContext = new(net.Dialer).DialContext
	}
	if o.Balancer == nil {
		o.Balancer = new(balancer.PowerOfTwo)
	}
	if o.Key == nil {
		o.Key = func(context.Context, string, any) string { return "" }
	}
	o.Timeout = cmp.Or(max(o.Timeout, 0), 5*time.Second)
	o.AttemptTimeout = cmp.Or(max(o.AttemptTimeout, 0), 200*time.Millisecond)
	o.DialTimeout = cmp.Or(max(o.DialTimeout, 0), time.Second)
	o.IdleTimeout = cmp.Or(max(o.IdleTimeout, 0), 5*time.Minute)
	o.Logger = loglimit.New(cmp.Or(o.Logger, slog.Default()))
	return o
}
