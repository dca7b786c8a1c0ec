package registry

import "net/http"

// Handler offers a store over HTTP:
//
//	POST /register          an instance, and the lease to renew or replace; answers lease and ttl
//	POST /heartbeat         service, id and lease
//	POST /deregister        service, id and lease
//	GET  /leases            every lease: whose it is, and how old
//	GET  /services          every service with its instances
//	GET  /services/{name}   the revision and the instances of one; with
//	                        ?revision=N&wait=30s once it is another revision
//
// A POST takes form values or JSON; responses are JSON. Only a POST changes state, since
// anyone who sees a link may send a GET. A bad field gets 400 with its name, a page of
// another site 403, an unknown instance or lease 404, an id that has another lease 409
// with Retry-After, a body over 64 KiB 413, a full registry 429, too many long polls 503
// with Retry-After.
func Handler(s *Store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /register", post(func(req request) (any, error) {
		lease, err := s.putFrom(req)
		return registered{req.Instance, lease.response()}, err
	}))
	mux.HandleFunc("POST /heartbeat", post(named(func(req request) (any, error) {
		lease, err := s.Beat(req.Service, req.ID, req.Lease)
		return lease.response(), err
	})))
	mux.HandleFunc("POST /deregister", post(named(func(req request) (any, error) {
		return struct{}{}, s.deleteFrom(req)
	})))
	mux.HandleFunc("GET /leases", s.leases)
	mux.HandleFunc("GET /services", s.respondAll)
	mux.HandleFunc("GET /services/{name}", s.limited(s.poll))
	return guard(mux)
}
