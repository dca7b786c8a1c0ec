//go:build ignore

// Break: A request has no time-out, its response's body is never closed, and its status is never
// read.
// Invariant: I4
// Seen: A registry that hangs blocks all its clients. Even with a healthy one, clients run out of
// file descriptors, and an error page is taken for an empty list.
// From: resp, err := http.Get(url) in the tutorials
// File: registry/client_exchange.go
// Package tests: ./registry

package registry

func (c *Client) do(ctx context.Context, timeout time.Duration, method string, to *url.URL, body io.Reader, out any) error {
	req, err := http.NewRequest(method, to.String(), body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
