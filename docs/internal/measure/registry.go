package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// ErrUnknown is the error of a registry that answers and does not know the service.
var ErrUnknown = errors.New("the registry does not know the service")

// Registry reads what an HTTP registry lists. It understands a bare list
// (stages 02 and 03) and an object with a revision (stage 04 on).
type Registry struct {
	URL    string       // http://HOST:PORT
	Client *http.Client // nil means http.DefaultClient
}

// Instance is a server as the registry lists it.
type Instance struct {
	ID   string `json:"id"`
	Addr string `json:"addr"`
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 8 << 20

// List returns the instances of a service, in the registry's order. It returns
// when ctx ends at the latest.
func (r Registry) List(ctx context.Context, service string) ([]Instance, error) {
	body, err := r.get(ctx, r.URL+"/services/"+url.PathEscape(service))
	if err != nil {
		return nil, err
	}
	var list []Instance
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		err = json.Unmarshal(body, &list)
	} else {
		var snapshot struct{ Instances *[]Instance }
		if err = json.Unmarshal(body, &snapshot); err == nil && snapshot.Instances == nil {
			err = errors.New("neither a list nor an object with instances")
		}
		if err == nil {
			list = *snapshot.Instances
		}
	}
	if err != nil {
		return nil, fmt.Errorf("registry %s lists %s: %w", r.URL, service, err)
	}
	return list, nil
}

func (r Registry) get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	client := r.Client
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err // names the URL
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	case http.StatusNotFound:
		return nil, ErrUnknown
	default:
		return nil, fmt.Errorf("registry %s: %s", r.URL, resp.Status)
	}
}
