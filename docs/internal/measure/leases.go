package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Lease is the remaining time of a registration.
type Lease struct {
	ID   string
	Addr string
	TTL  time.Duration // that it was granted
	Left time.Duration // until it ends, unless it is renewed; below zero for one that is overdue
}

// Leases returns the leases of a service's instances from a registry of stage 03 or 04.
func (r Registry) Leases(ctx context.Context, service string) ([]Lease, error) {
	body, err := r.get(ctx, r.URL+"/leases")
	if err != nil {
		return nil, err
	}
	var all []struct {
		Service, ID, Addr, TTL string
		Age                    int64 `json:"age_ms"`
	}
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, fmt.Errorf("registry %s tells its leases: %w", r.URL, err)
	}
	var leases []Lease
	for _, l := range all {
		ttl, err := time.ParseDuration(l.TTL)
		if err != nil {
			return nil, fmt.Errorf("registry %s tells the lease of %s: %w", r.URL, l.ID, err)
		}
		if l.Service == service {
			leases = append(leases, Lease{l.ID, l.Addr, ttl, ttl - time.Duration(l.Age)*time.Millisecond})
		}
	}
	return leases, nil
}

// Leases returns the leases to which the entries of a service are attached. etcd counts
// them in whole seconds.
func (e *Etcd) Leases(ctx context.Context, service string) ([]Lease, error) {
	entries, err := e.entries(ctx, service)
	if err != nil {
		return nil, err
	}
	var leases []Lease
	for _, kv := range entries {
		var in Instance
		if err := json.Unmarshal(kv.Value, &in); err != nil {
			return nil, fmt.Errorf("etcd lists %q: %w", kv.Value, err)
		}
		if kv.Lease == "" {
			continue
		}
		var answer struct {
			TTL     int64 `json:",string"`
			Granted int64 `json:"grantedTTL,string"`
		}
		if err := e.first(ctx, "/v3/lease/timetolive", map[string]string{"ID": kv.Lease}, &answer); err != nil {
			return nil, err
		}
		leases = append(leases, Lease{in.ID, in.Addr, time.Duration(answer.Granted) * time.Second, time.Duration(answer.TTL) * time.Second})
	}
	return leases, nil
}
