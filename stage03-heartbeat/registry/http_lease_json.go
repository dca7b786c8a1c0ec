package registry

import (
	"fmt"
	"time"
)

// jsonTTL is a TTL in JSON and in form values, such as "15s".
type jsonTTL time.Duration

var errTTL = fmt.Errorf("is not a duration of %v or more", MinTTL)

// MarshalText implements encoding.TextMarshaler. A TTL of 0 is left out.
func (t jsonTTL) MarshalText() ([]byte, error) {
	if t == 0 {
		return nil, nil
	}
	return []byte(time.Duration(t).String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. Its error wraps errTTL.
func (t *jsonTTL) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err != nil || d < MinTTL {
		return fmt.Errorf("%.64q %w", text, errTTL)
	}
	*t = jsonTTL(d)
	return nil
}

// leaseResponse is a lease in JSON.
type leaseResponse struct {
	Lease string  `json:"lease"`
	TTL   jsonTTL `json:"ttl"`
}

func (l Lease) response() leaseResponse { return leaseResponse{l.ID, jsonTTL(l.TTL)} }

// registered is the response to a registration.
type registered struct {
	Instance
	leaseResponse
}
