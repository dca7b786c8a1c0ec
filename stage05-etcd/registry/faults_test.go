package registry_test

import (
	"io"
	"net/http"
)

// hang takes a request and never answers it.
func hang(_ http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// says answers every request alike.
func says(code int, media, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", media)
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

// faults are the ways in which a registry can be away while it listens.
var faults = map[string]http.HandlerFunc{
	"it fails":                says(http.StatusInternalServerError, "text/plain", "out of memory"),
	"it hangs":                hang,
	"it closes connections":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"it answers nonsense":     says(http.StatusOK, "text/html", "<h1>Welcome</h1>"),
	"a proxy finds no page":   http.NotFound,
	"a proxy has no registry": says(http.StatusBadGateway, "text/html", "<h1>Bad Gateway</h1>"),
	"the store has no room":   says(http.StatusTooManyRequests, asJSON, `{"error":"too many instances: Arith has 10000"}`),
}
