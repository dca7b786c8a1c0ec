package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Handler offers a store over HTTP:
//
//	POST /register          an instance; answers it with its lease and ttl
//	POST /heartbeat         service and id, lease if known
//	POST /deregister        service and id, lease if known
//	GET  /services          every service with its instances
//	GET  /services/{name}   the revision and the instances of one; with
//	                        ?revision=N&wait=30s once it is another revision
//
// A POST takes form values or JSON; answers are JSON. State changes by POST
// alone, for a GET may be sent by anyone who sees the link. A bad field answers
// 400 with its name, an unknown instance 404, an id that is taken 409, a body
// over 64 KiB 413, a full registry 429.
func Handler(s *Store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /register", post(func(req request) (any, error) {
		lease, err := s.Put(req.Instance, req.Lease, req.ttl)
		return registered{req.Instance, lease.answer()}, err
	}))
	mux.HandleFunc("POST /heartbeat", post(func(req request) (any, error) {
		lease, err := s.Beat(req.Service, req.ID, req.Lease)
		return lease.answer(), err
	}))
	mux.HandleFunc("POST /deregister", post(func(req request) (any, error) {
		return struct{}{}, s.Delete(req.Service, req.ID, req.Lease)
	}))
	mux.HandleFunc("GET /services", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, s.Services())
	})
	mux.HandleFunc("GET /services/{name}", s.poll)
	return mux
}

// leaseAnswer is a lease in JSON.
type leaseAnswer struct {
	Lease string `json:"lease"`
	TTL   string `json:"ttl"`
}

func (l Lease) answer() leaseAnswer { return leaseAnswer{l.ID, l.TTL.String()} }

// registered answers a registration.
type registered struct {
	Instance
	leaseAnswer
}

// post decodes a request, runs do, and answers with what it returns.
func post(do func(request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		req, err := decode(w, r)
		var result any
		if err == nil {
			result, err = do(req)
		}
		if err != nil {
			fail(w, err)
			return
		}
		answer(w, http.StatusOK, result)
	}
}

// problem is the body of an answer that is no success.
type problem struct {
	Error string `json:"error"`
	Field string `json:"field,omitempty"`
}

func fail(w http.ResponseWriter, err error) {
	p := problem{Error: err.Error()}
	code := http.StatusInternalServerError
	if bad, ok := errors.AsType[*FieldError](err); ok {
		code, p = http.StatusBadRequest, problem{bad.Problem, bad.Field}
	}
	switch {
	case isTooLarge(err):
		code, p.Error = http.StatusRequestEntityTooLarge, fmt.Sprintf("the body exceeds %d bytes", maxBody)
	case errors.Is(err, ErrNotFound):
		code = http.StatusNotFound
	case errors.Is(err, ErrTaken):
		code = http.StatusConflict
	case errors.Is(err, ErrFull):
		code = http.StatusTooManyRequests
	}
	answer(w, code, p)
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
}
