package registry

import (
	"fmt"
	"net/http"
)

// guard returns the router with net/http's protection from pages of other sites. It gives
// the refusals of both the registry's own form.
func guard(mux *http.ServeMux) http.Handler {
	sites := http.NewCrossOriginProtection()
	sites.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusForbidden, problem{Error: "a page of another site may change nothing"})
	}))
	return sites.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, route := mux.Handler(r); route == "" {
			w = noRoute{w, r}
		}
		mux.ServeHTTP(w, r)
	}))
}

// noRoute is the ResponseWriter for a request without a route. It keeps the router's
// status and headers, and says in JSON what was wrong.
type noRoute struct {
	http.ResponseWriter
	r *http.Request
}

func (w noRoute) WriteHeader(code int) {
	text := fmt.Sprintf("there is no %.64q here", w.r.URL.Path)
	if allow := w.Header().Get("Allow"); allow != "" {
		text = fmt.Sprintf("%.64q takes %s", w.r.URL.Path, allow)
	}
	respond(w.ResponseWriter, code, problem{Error: text})
}

func (w noRoute) Write(text []byte) (int, error) { return len(text), nil }
