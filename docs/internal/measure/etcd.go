package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// Etcd reads what an etcd cluster lists, as stage 05 keeps it there: through the
// JSON gateway of its nodes, so that no client of etcd is needed.
// (https://etcd.io/docs/v3.7/dev-guide/api_grpc_gateway/)
type Etcd struct {
	Endpoints []string     // HOST:PORT of each node
	Client    *http.Client // nil means http.DefaultClient
}

// List returns the instances of a service, sorted by version and id. It asks one
// node after the other until one answers for the whole cluster, which takes a
// majority of the nodes.
func (e Etcd) List(ctx context.Context, service string) ([]Instance, error) {
	prefix := []byte("/services/" + service + "/")
	end := slices.Concat(prefix[:len(prefix)-1], []byte{'/' + 1})
	var answer struct{ Kvs []struct{ Value []byte } }
	ask := map[string][]byte{"key": prefix, "range_end": end}
	var errs []error
	for _, node := range e.Endpoints {
		err := e.post(ctx, node, "/v3/kv/range", ask, &answer)
		if err == nil {
			break
		}
		if errs = append(errs, err); len(errs) == len(e.Endpoints) {
			return nil, errors.Join(errs...)
		}
	}
	list := make([]Instance, len(answer.Kvs))
	for i, kv := range answer.Kvs {
		if err := json.Unmarshal(kv.Value, &list[i]); err != nil {
			return nil, fmt.Errorf("etcd lists %q under %s: %w", kv.Value, prefix, err)
		}
	}
	return list, nil
}

// Leads reports whether a node says that it is its cluster's leader.
func (e Etcd) Leads(ctx context.Context, node string) (bool, error) {
	var status struct {
		Header struct {
			Member string `json:"member_id"`
		}
		Leader string
	}
	if err := e.post(ctx, node, "/v3/maintenance/status", struct{}{}, &status); err != nil {
		return false, err
	}
	return status.Leader != "" && status.Leader == status.Header.Member, nil
}

func (e Etcd) post(ctx context.Context, node, path string, ask, answer any) error {
	body, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+node+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	client := e.Client
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return err // names the URL
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd %s: %s", node, resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(answer); err != nil {
		return fmt.Errorf("etcd %s: %w", node, err)
	}
	return nil
}
