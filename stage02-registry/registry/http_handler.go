package registry

import "net/http"

// Handler offers a store over HTTP:
//
//	POST /register          an instance; responds with it, and with the address that it replaced
//	POST /deregister        service and id, and the address to remove only that one
//	GET  /services          every service with its instances
//	GET  /services/{name}   the instances of one
//
// A POST takes form values or JSON; responses are JSON. Only a POST changes state, since
// anyone who sees a link may send a GET. A bad field gets 400 with its name, a page of
// another site 403, an unknown instance 404, a body over 64 KiB 413, a full registry 429.
func Handler(s *Store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /register", post(func(req request) (any, error) {
		replaced, err := s.Put(req.Instance)
		if replaced != "" {
			s.opts.Logger.Warn("replaced", "service", req.Service, "id", req.ID, "addr", req.Addr, "old", replaced)
		}
		return registered{Instance: req.Instance, Replaced: replaced}, err
	}))
	mux.HandleFunc("POST /deregister", post(named(func(req request) (any, error) {
		return struct{}{}, s.Delete(req.Service, req.ID, req.Addr)
	})))
	mux.HandleFunc("GET /services", s.respondAll)
	mux.HandleFunc("GET /services/{name}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		if err := ValidService(name); err != nil {
			fail(w, err)
			return
		}
		respondList(w, s.Instances(name))
	})
	return guard(mux)
}
