package registry

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
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
	var err error
	switch media {
	case "application/json":
		err = req.readJSON(r)
	case "application/x-www-form-urlencoded", "":
		err = req.readForm(r)
	default:
		err = &FieldError{"Content-Type", fmt.Sprintf("%q is neither JSON nor form values", media)}
	}
	if err != nil {
		return request{}, err
	}
	req.Instance = req.WithDefaults()
	if req.TTL != "" {
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
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		if !isTooLarge(err) {
			return &FieldError{"body", "goes on after the JSON object"}
		}
	}
	if isTooLarge(err) {
		return err
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := strings.TrimPrefix(e.Field, "Instance.") // which is embedded
		return &FieldError{cmp.Or(field, "body"), "wrong type: " + e.Value}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return unknown(strings.Trim(name, `"`))
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
	for _, field := range slices.Sorted(maps.Keys(r.Form)) {
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
				return &FieldError{field, fmt.Sprintf("%q is not a whole number from 0 to %d", value, MaxWeight)}
			}
			req.Weight = n
		case "lease":
			req.Lease = value
		case "ttl":
			req.TTL = value
		default:
			return unknown(field)
		}
	}
	return nil
}

func unknown(field string) error {
	return &FieldError{cmp.Or(field, "body"), "unknown field"}
}

func isTooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}
