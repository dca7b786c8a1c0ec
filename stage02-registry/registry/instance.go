package registry

import "maps"

// Instance is one server of a service.
type Instance struct {
	Service  string            `json:"service"`            // name of the service
	ID       string            `json:"id"`                 // unique within the service; Addr if left out
	Addr     string            `json:"addr"`               // host:port, as its callers reach it
	Network  string            `json:"network"`            // what it speaks there: tcp, http or jsonrpc; tcp if left out
	Version  string            `json:"version"`            // free text without spaces; may be empty
	Weight   int               `json:"weight"`             // share of the calls, 0 to MaxWeight; 0 means no new calls
	Metadata map[string]string `json:"metadata,omitempty"` // whatever else callers may want to know
}

// WithDefaults returns in with its defaults filled in: the address as id, and tcp as
// network. The metadata of the result is a copy.
func (in Instance) WithDefaults() Instance {
	if in.ID == "" {
		in.ID = in.Addr
	}
	if in.Network == "" {
		in.Network = "tcp"
	}
	if len(in.Metadata) == 0 {
		in.Metadata = nil
	}
	in.Metadata = maps.Clone(in.Metadata) // the caller may change its own map later
	return in
}
