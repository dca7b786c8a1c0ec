package registry

import (
	"bufio"
	"bytes"
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
)

// maxBody bounds a request's body, in bytes.
const maxBody = 64 << 10

// request is the body of every POST, as JSON or as form values.
type request struct {
	Instance
	Name  string  `json:"name,omitempty"` // the same as service
	Lease string  `json:"lease"`
	TTL   jsonTTL `json:"ttl"` // the longest if it is 0

	peer string // the peer that sent it over HTTP
}

// decode reads a request. It returns a *FieldError, or an
// *http.MaxBytesError when the body is too large.
func decode(w http.ResponseWriter, r *http.Request) (request, error) {
	req := request{Instance: Instance{Weight: 1}}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch {
	case r.URL.RawQuery != "": // a page of another site may send a query, and logs keep it
		err = &FieldError{"query", "the fields of a POST belong in its body"}
	case media == "application/json":
		err = req.readJSON(r)
	case media == "application/x-www-form-urlencoded":
		err = req.readForm(r)
	default:
		err = &FieldError{"Content-Type", fmt.Sprintf("%.64q is neither JSON nor form values", media)}
	}
	if err != nil {
		return request{}, err
	}
	if req.Name != "" && req.Service != "" && req.Name != req.Service {
		return request{}, &FieldError{"name", fmt.Sprintf("%.64q is not the service, which is %.64q", req.Name, req.Service)}
	}
	req.Service, req.Name = cmp.Or(req.Service, req.Name), ""
	req.Instance = req.WithDefaults()
	req.peer = peerOf(r.RemoteAddr)
	if req.Lease != "" {
		if err := validName("lease", req.Lease); err != nil {
			return request{}, err
		}
	}
	return req, nil
}

// named returns do, preceded by a check that the request names an instance and its lease.
func named(do func(request) (any, error)) func(request) (any, error) {
	return func(req request) (any, error) {
		switch {
		case req.Service == "":
			return nil, &FieldError{"service", "missing"}
		case req.ID == "":
			return nil, &FieldError{"id", "missing, and so is addr"}
		case req.Lease == "":
			return nil, &FieldError{"lease", "missing"}
		}
		return do(req)
	}
}

func (req *request) readJSON(r *http.Request) error {
	text, err := io.ReadAll(r.Body)
	if isTooLarge(err) {
		return err
	} else if err != nil {
		return &FieldError{"body", err.Error()}
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err = dec.Decode(req); err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return keysOnce(json.NewDecoder(bytes.NewReader(text)), foldKey)
		}
		return &FieldError{"body", "goes on after the JSON object"}
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := strings.TrimPrefix(e.Field, "Instance.") // Instance is embedded
		return &FieldError{cmp.Or(field, "body"), fmt.Sprintf("wrong type: %.64s", e.Value)}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return unknown(strings.Trim(name, `"`))
	}
	if errors.Is(err, errTTL) {
		return &FieldError{"ttl", err.Error()}
	}
	if errors.Is(err, io.EOF) {
		return &FieldError{"body", "missing"}
	}
	return &FieldError{"body", err.Error()}
}

func (req *request) readForm(r *http.Request) error {
	body := bufio.NewReader(r.Body)
	if first, _ := body.Peek(1); string(first) == "{" {
		return &FieldError{"Content-Type", "form values, but the body is JSON: want application/json"} // the type that curl -d sends
	}
	r.Body = io.NopCloser(body)
	if err := r.ParseForm(); isTooLarge(err) {
		return err
	} else if err != nil {
		return &FieldError{"body", err.Error()}
	}
	for _, field := range slices.Sorted(maps.Keys(r.PostForm)) {
		value := r.PostForm.Get(field)
		if len(r.PostForm[field]) > 1 {
			return twice(field)
		}
		switch field {
		case "service":
			req.Service = value
		case "name":
			req.Name = value
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
				return &FieldError{field, fmt.Sprintf("%.64q is not a whole number from 0 to %d", value, MaxWeight)}
			}
			req.Weight = n
		case "lease":
			req.Lease = value
		case "ttl":
			if err := req.TTL.UnmarshalText([]byte(value)); err != nil {
				return &FieldError{field, err.Error()}
			}
		default:
			return unknown(field)
		}
	}
	return nil
}

func twice(field string) error {
	return &FieldError{fmt.Sprintf("%.64s", cmp.Or(field, "body")), "given twice"}
}

func unknown(field string) error {
	return &FieldError{fmt.Sprintf("%.64s", cmp.Or(field, "body")), "unknown field"}
}

func isTooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}
