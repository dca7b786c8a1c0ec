package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// post returns a handler that decodes a request, runs do, and responds with what
// do returned.
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
		respond(w, http.StatusOK, result)
	}
}

// problem is the body of an error response.
type problem struct {
	Error string `json:"error"`
	Field string `json:"field,omitempty"`
}

// fail responds with err's status, and with its text as a problem.
func fail(w http.ResponseWriter, err error) {
	code, p := http.StatusInternalServerError, problem{Error: err.Error()}
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
	if later, ok := errors.AsType[*RetryAfterError](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(later.seconds()))
	}
	respond(w, code, p)
}

func respond(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
}
