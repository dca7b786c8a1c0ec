package registry

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// ClientOptions change how a Client works. Zero values, and times below zero, mean the defaults.
type ClientOptions struct {
	Timeout   time.Duration     // of one request; default 2 s
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
	if opts.Transport == nil {
		opts.Transport = &http.Transport{IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10}
	}
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	return &Client{opts: opts, base: base, http: &http.Client{Transport: opts.Transport, CheckRedirect: sameRegistry}}, nil
}

// Close closes the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Instances returns the instances of a service. If there are none, the list is empty.
func (c *Client) Instances(ctx context.Context, service string) ([]Instance, error) {
	if err := ValidService(service); err != nil {
		return nil, err
	}
	var list []Instance
	err := c.get(ctx, "services/"+url.PathEscape(service), &list)
	return list, err
}

// Services returns the instances of every service.
func (c *Client) Services(ctx context.Context) (map[string][]Instance, error) {
	var all map[string][]Instance
	err := c.get(ctx, "services", &all)
	return all, err
}
