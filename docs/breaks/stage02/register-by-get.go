//go:build ignore

// Break: Registration and deregistration accept a GET, with everything in the URL.
// Invariant: I3
// Seen: A crawler, a link preview or a reload of the browser takes servers off the list.
// From: /register?name=…&addr=… in the tutorials
// File: registry/http_handler.go
// Package tests: ./registry

package registry

func Handler(s *Store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/register", post(func(req request) (any, error) {
		replaced, err := s.Put(req.Instance)
		if replaced != "" {
			s.opts.Logger.Warn("replaced", "service", req.Service, "id", req.ID, "addr", req.Addr, "old", replaced)
		}
		return registered{Instance: req.Instance, Replaced: replaced}, err
	}))
	mux.HandleFunc("/deregister", post(named(func(req request) (any, error) {
		return struct{}{}, s.Delete(req.Service, req.ID, req.Addr)
	})))
	mux.HandleFunc("/services", s.respondAll)
	mux.HandleFunc("/services/{name}", func(w http.ResponseWriter, r *http.Request) {
		respondList(w, s.Instances(r.PathValue("name")))
	})
	return mux
}
