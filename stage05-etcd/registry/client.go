package registry

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// ClientOptions change how a Client works. Zero values, and times below zero, mean the defaults.
type ClientOptions struct {
	Timeout   time.Duration     // of one request; default 2 s
	TTL       time.Duration     // asked for by registrations; default the longest granted
	Beat      time.Duration     // between two heartbeats; default, and at most, a third of the TTL
	Wait      time.Duration     // of a long poll, and at most 5 min; how soon a registry that vanished is noticed; default 10 s
	Transport http.RoundTripper // default an http.Transport of its own
	Logger    *slog.Logger      // for what happens in the background; default slog.Default()
}

// Client speaks to a registry over HTTP. Its methods may be called from any goroutine.
type Client struct {
	opts ClientOptions
	base *url.URL
	http *http.Client
}

// NewClient returns a client of the registry at rawURL, such as
// http://127.0.0.1:8500. It does not connect yet.
func NewClient(rawURL string, opts ClientOptions) (*Client, error) {
	base, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	if opts.Timeout <= 0 {
		opts.Timeout = 2 * time.Second
	}
	opts.TTL = max(opts.TTL, 0)
	opts.Wait = min(cmp.Or(max(opts.Wait, 0), 10*time.Second), maxWait)
	if opts.Transport == nil {
		opts.Transport = &http.Transport{IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10}
	}
	opts.Logger = loglimit.New(cmp.Or(opts.Logger, slog.Default()))
	return &Client{opts: opts, base: base, http: &http.Client{Transport: opts.Transport, CheckRedirect: sameRegistry}}, nil
}

// Close closes the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Instances returns the instances of a service. If there are none, the list is empty.
func (c *Client) Instances(ctx context.Context, service string) ([]Instance, error) {
	if err := ValidService(service); err != nil {
		return nil, err
	}
	list := listResponse{service: service}
	err := c.get(ctx, "services/"+url.PathEscape(service), &list)
	list.logBad(c.opts.Logger)
	return list.Instances, err
}

// Services returns the instances of every service.
func (c *Client) Services(ctx context.Context) (map[string][]Instance, error) {
	var all allResponse
	err := c.get(ctx, "services", &all)
	return all, err
}
