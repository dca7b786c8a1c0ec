package registry

import (
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

// maxAnswer bounds what the client reads of an answer, in bytes.
const maxAnswer = 64 << 20

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
	answer := &io.LimitedReader{R: resp.Body, N: maxAnswer}
	if resp.StatusCode != http.StatusOK {
		return refusal(resp.StatusCode, answer)
	}
	err = json.NewDecoder(answer).Decode(out)
	io.Copy(io.Discard, answer) // to the end, so that the connection is kept
	if answer.N == 0 {
		return fmt.Errorf("%s %s: the answer exceeds %d bytes", method, to.Path, maxAnswer)
	}
	if err != nil {
		return fmt.Errorf("%s %s: bad answer: %w", method, to.Path, err)
	}
	return nil
}

// refusal turns an answer that is no success back into the store's error. An
// answer in another form comes from something that is no registry.
func refusal(code int, body io.Reader) error {
	var p problem
	if json.NewDecoder(body).Decode(&p) == nil && p.Error != "" {
		switch code {
		case http.StatusBadRequest:
			return &FieldError{Field: p.Field, Problem: p.Error}
		case http.StatusNotFound:
			return again(ErrNotFound, p.Error)
		case http.StatusConflict:
			return again(ErrTaken, p.Error)
		case http.StatusTooManyRequests:
			return again(ErrFull, p.Error)
		}
	}
	return fmt.Errorf("answered %d %s", code, http.StatusText(code))
}

// again is err with the details that its text had at the other end.
func again(err error, text string) error {
	return fmt.Errorf("%w%s", err, strings.TrimPrefix(text, err.Error()))
}
