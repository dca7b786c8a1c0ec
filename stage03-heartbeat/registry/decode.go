package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds a request's body, in bytes.
const maxBody = 64 << 10

// request is the body of every POST, as JSON or as form values.
type request struct {
	Instance
	Lease string `json:"lease"`
	TTL   string `json:"ttl"` // as time.ParseDuration takes it; the longest if left out
	ttl   time.Duration
}

// decode reads a request. It returns a *FieldError, or an
// *http.MaxBytesError when the body is too large.
func decode(w http.ResponseWriter, r *http.Request) (request, error) {
	req := request{Instance: Instance{Weight: 1}}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	read := req.readForm
	if media == "application/json" {
		read = req.readJSON
	}
	if err := read(r); err != nil {
		return request{}, err
	}
	req.Instance = req.withDefaults()
	if req.TTL != "" {
		var err error
		if req.ttl, err = time.ParseDuration(req.TTL); err != nil || req.ttl < MinTTL {
			return request{}, &FieldError{"ttl", fmt.Sprintf("%q is not a duration of %v or more", req.TTL, MinTTL)}
		}
	}
	if req.Lease != "" {
		if err := validName("lease", req.Lease); err != nil {
			return request{}, err
		}
	}
	if req.Service == "" {
		return request{}, &FieldError{"service", "missing"}
	}
	if req.ID == "" {
		return request{}, &FieldError{"id", "missing, and so is addr"}
	}
	return req, nil
}

func (req *request) readJSON(r *http.Request) error {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(req)
	if err == nil && dec.More() {
		return &FieldError{"body", "more than one JSON value"}
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &FieldError{e.Field, "cannot be a " + e.Value}
	}
	if err == nil || isTooLarge(err) {
		return err
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &FieldError{strings.Trim(name, `"`), "unknown field"}
	}
	if errors.Is(err, io.EOF) {
		return &FieldError{"body", "missing"}
	}
	return &FieldError{"body", err.Error()}
}

func (req *request) readForm(r *http.Request) error {
	if err := r.ParseForm(); isTooLarge(err) {
		return err
	} else if err != nil {
		return &FieldError{"body", err.Error()}
	}
	for field := range r.Form {
		value := r.Form.Get(field)
		switch field {
		case "service", "name":
			req.Service = value
		case "id":
			req.ID = value
		case "addr":
			req.Addr = value
		case "network":
			req.Network = value
		case "version":
			req.Version = value
		case "weight":
			n, err := strconv.Atoi(value)
			if err != nil {
				return &FieldError{field, fmt.Sprintf("%q is not a whole number", value)}
			}
			req.Weight = n
		case "lease":
			req.Lease = value
		case "ttl":
			req.TTL = value
		default:
			return &FieldError{field, "unknown field"}
		}
	}
	return nil
}

func isTooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}
