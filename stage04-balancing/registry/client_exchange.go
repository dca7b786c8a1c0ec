package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// put registers an instance once, under the lease that req names.
func (c *Client) put(ctx context.Context, req request) (Lease, error) {
	var granted registered
	err := c.post(ctx, "register", req, &granted)
	return Lease{granted.Lease, time.Duration(granted.TTL)}, err
}

// renew renews a lease once.
func (c *Client) renew(ctx context.Context, req request) (Lease, error) {
	var renewed leaseResponse
	err := c.post(ctx, "heartbeat", req, &renewed)
	return Lease{renewed.Lease, time.Duration(renewed.TTL)}, err
}

// drop deregisters an instance.
func (c *Client) drop(ctx context.Context, req request) error {
	return c.post(ctx, "deregister", req, &struct{}{})
}

// get requests path, with the client's time-out.
func (c *Client) get(ctx context.Context, path string, out any) error {
	return c.do(ctx, c.opts.Timeout, http.MethodGet, c.base.JoinPath(path), nil, out)
}

// post sends a request to path, with the client's time-out.
func (c *Client) post(ctx context.Context, path string, in request, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.do(ctx, c.opts.Timeout, http.MethodPost, c.base.JoinPath(path), bytes.NewReader(body), out)
}

// do sends one request and decodes the response into out. Errors name the
// registry and wrap what a Store would have returned.
func (c *Client) do(ctx context.Context, timeout time.Duration, method string, to *url.URL, body io.Reader, out any) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := c.exchange(ctx, method, to, body, out); err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // e would repeat the URL
		}
		return fmt.Errorf("registry %s: %.1000w", c.base.Redacted(), hint(err)) // err may quote all that was answered
	}
	return nil
}

func (c *Client) exchange(ctx context.Context, method string, to *url.URL, send io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, to.String(), send)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return refusal(resp, io.LimitReader(resp.Body, maxBody))
	}
	most := maxResponse(req)
	body := &io.LimitedReader{R: resp.Body, N: most}
	if list, ok := out.(interface{ read(io.Reader) error }); ok {
		err = list.read(body)
	} else {
		err = json.NewDecoder(body).Decode(out)
	}
	io.Copy(io.Discard, body) // the connection is reused only after the end of the body
	if body.N == 0 {
		return fmt.Errorf("%s %s: the answer exceeds %d bytes", method, to.Path, most)
	}
	if err != nil {
		return fmt.Errorf("%s %s: bad answer: %.200w", method, to.Path, err)
	}
	return nil
}

// refusal turns an error response back into the store's error. A response in another
// form, or of more than 4 KiB, does not come from a registry.
func refusal(resp *http.Response, body io.Reader) error {
	var p problem
	if json.NewDecoder(io.LimitReader(body, 4<<10)).Decode(&p) == nil && p.Error != "" {
		switch code := resp.StatusCode; {
		case code == http.StatusBadRequest:
			return &FieldError{Field: p.Field, Problem: p.Error}
		case code == http.StatusNotFound && strings.HasPrefix(p.Error, ErrNotFound.Error()): // an unknown path has another text
			return again(ErrNotFound, p.Error)
		case code == http.StatusTooManyRequests:
			return again(ErrFull, p.Error)
		case code == http.StatusConflict:
			return later(again(ErrTaken, p.Error), resp.Header.Get("Retry-After"))
		}
		err := fmt.Errorf("answered %d %s: %.200q", resp.StatusCode, http.StatusText(resp.StatusCode), p.Error)
		return later(err, resp.Header.Get("Retry-After"))
	}
	return fmt.Errorf("answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
}

// again returns err with the details of text, which is err's text at the other end.
func again(err error, text string) error {
	return fmt.Errorf("%w%s", err, strings.TrimPrefix(text, err.Error()))
}

// later returns err with the time to wait, if there is one.
func later(err error, seconds string) error {
	if after, bad := time.ParseDuration(seconds + "s"); bad == nil && after > 0 { // bad if it overflows
		return &RetryAfterError{Err: err, After: after}
	}
	return err
}
