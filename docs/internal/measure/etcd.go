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
	"sync/atomic"
)

// Etcd reads the list of an etcd cluster, in the format of stage 05. It uses the JSON
// gateway of the nodes, and so needs no client of etcd.
// (https://etcd.io/docs/v3.7/dev-guide/api_grpc_gateway/)
type Etcd struct {
	Endpoints []string     // HOST:PORT of each node
	Client    *http.Client // nil means http.DefaultClient

	turn atomic.Int32 // index of the node to ask first: the one that answered last
}

// List returns the instances of a service, sorted by version and id.
func (e *Etcd) List(ctx context.Context, service string) ([]Instance, error) {
	entries, err := e.entries(ctx, service)
	if err != nil {
		return nil, err
	}
	list := make([]Instance, len(entries))
	for i, kv := range entries {
		if err := json.Unmarshal(kv.Value, &list[i]); err != nil {
			return nil, fmt.Errorf("etcd lists %q as %s: %w", kv.Value, service, err)
		}
	}
	return list, nil
}

// entry is what etcd keeps of an instance.
type entry struct {
	Value []byte
	Lease string
}

func (e *Etcd) entries(ctx context.Context, service string) ([]entry, error) {
	prefix := []byte("/services/" + service + "/")
	end := slices.Concat(prefix[:len(prefix)-1], []byte{'/' + 1})
	var answer struct{ Kvs []entry }
	err := e.first(ctx, "/v3/kv/range", map[string][]byte{"key": prefix, "range_end": end}, &answer)
	return answer.Kvs, err
}

// first asks one node after the other until one answers for the whole cluster, which
// takes a majority of the nodes. It begins with the node that answered last, since a
// silent one costs the client's time-out.
func (e *Etcd) first(ctx context.Context, path string, ask, answer any) error {
	var errs []error
	begin := int(e.turn.Load())
	for i := range e.Endpoints {
		turn := (begin + i) % len(e.Endpoints)
		err := e.post(ctx, e.Endpoints[turn], path, ask, answer)
		if err == nil {
			e.turn.Store(int32(turn))
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Leads reports whether a node says that it leads its cluster.
func (e *Etcd) Leads(ctx context.Context, node string) (bool, error) {
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

func (e *Etcd) post(ctx context.Context, node, path string, ask, answer any) error {
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
