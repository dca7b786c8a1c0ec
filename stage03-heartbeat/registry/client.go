package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// maxAnswer bounds what the client reads of an answer, in bytes.
const maxAnswer = 64 << 20

// ClientOptions change how a Client works. Zero values mean the defaults.
type ClientOptions struct {
	Timeout   time.Duration     // of one request; default 2 s
	TTL       time.Duration     // asked for by registrations; default the longest granted
	Beat      time.Duration     // between two heartbeats; default a third of the TTL
	Transport http.RoundTripper // default an http.Transport of its own
	Logger    *slog.Logger      // for what happens in the background; default slog.Default()
}

// Client speaks to a registry over HTTP. Its methods may be called from any
// goroutine.
type Client struct {
	opts ClientOptions
	base *url.URL
	http *http.Client
}

// NewClient returns a client of the registry at rawURL, such as
// http://127.0.0.1:8500. It does not connect yet.
func NewClient(rawURL string, opts ClientOptions) (*Client, error) {
	base, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("registry %q: unknown scheme %q: want http://HOST:PORT", rawURL, base.Scheme)
	}
	if base.Host == "" {
		return nil, fmt.Errorf("registry %q: no host: want http://HOST:PORT", rawURL)
	}
	if opts.Timeout == 0 {
		opts.Timeout = 2 * time.Second
	}
	if opts.Transport == nil {
		opts.Transport = &http.Transport{IdleConnTimeout: time.Minute}
	}
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	return &Client{opts: opts, base: base, http: &http.Client{Transport: opts.Transport}}, nil
}

// Close gives back the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Instances returns the instances of a service; none is an empty list.
func (c *Client) Instances(ctx context.Context, service string) ([]Instance, error) {
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

func (c *Client) get(ctx context.Context, path string, out any) error {
	return c.do(ctx, c.opts.Timeout, http.MethodGet, c.base.JoinPath(path), nil, out)
}

func (c *Client) post(ctx context.Context, path string, in request, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.do(ctx, c.opts.Timeout, http.MethodPost, c.base.JoinPath(path), bytes.NewReader(body), out)
}

// do sends one request and decodes the answer into out. Errors name the
// registry and wrap what a Store would have returned.
func (c *Client) do(ctx context.Context, timeout time.Duration, method string, to *url.URL, body io.Reader, out any) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := c.exchange(ctx, method, to, body, out); err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // which need not repeat the URL
		}
		return fmt.Errorf("registry %s: %w", c.base.Redacted(), err)
	}
	return nil
}

func (c *Client) exchange(ctx context.Context, method string, to *url.URL, body io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, to.String(), body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer := io.LimitReader(resp.Body, maxAnswer)
	if resp.StatusCode != http.StatusOK {
		return refusal(resp.StatusCode, answer)
	}
	if err := json.NewDecoder(answer).Decode(out); err != nil {
		return fmt.Errorf("%s %s: bad answer: %w", method, to.Path, err)
	}
	io.Copy(io.Discard, answer) // to the end, so that the connection is kept
	return nil
}

// refusal turns an answer that is no success back into the store's error.
func refusal(code int, body io.Reader) error {
	var p problem
	json.NewDecoder(body).Decode(&p)
	switch code {
	case http.StatusBadRequest:
		return &FieldError{Field: p.Field, Problem: p.Error}
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusConflict:
		return fmt.Errorf("%w (%s)", ErrTaken, p.Error)
	case http.StatusTooManyRequests:
		return fmt.Errorf("%w (%s)", ErrFull, p.Error)
	}
	return fmt.Errorf("answered %d %s", code, http.StatusText(code))
}
