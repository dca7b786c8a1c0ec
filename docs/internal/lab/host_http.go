package lab

import (
	"errors"
	"net/http"
)

// ServeHTTP serves the page of the lab that runs, or one from which to start a lab. No
// link starts or ends anything: that takes a POST with the token.
func (h *Host) ServeHTTP(out http.ResponseWriter, r *http.Request) { h.routes.ServeHTTP(out, r) }

func (h *Host) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /", pages())
	mux.HandleFunc("GET /meta", func(out http.ResponseWriter, _ *http.Request) { reply(out, h.meta()) })
	mux.HandleFunc("POST /start", h.serveStart)
	mux.HandleFunc("POST /end", h.serveEnd)
	for _, ofLab := range []string{"GET /frames", "GET /recording.json", "POST /do"} {
		mux.HandleFunc(ofLab, h.serveLab)
	}
	return headed(mux)
}

// serveLab answers requests to the lab that runs.
func (h *Host) serveLab(out http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	page := h.page
	h.mu.Unlock()
	if page == nil {
		http.Error(out, "no lab runs", http.StatusConflict)
		return
	}
	page.ServeHTTP(out, r)
}

func (h *Host) serveStart(out http.ResponseWriter, r *http.Request) {
	var ask struct {
		Stages []int `json:"stages"`
	}
	if !permitted(out, r, h.token) || !decode(out, r, &ask) {
		return
	}
	chosen, err := h.choose(ask.Stages)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	h.answer(out, h.Start(chosen...))
}

func (h *Host) serveEnd(out http.ResponseWriter, r *http.Request) {
	if permitted(out, r, h.token) {
		h.answer(out, h.End())
	}
}

func (h *Host) answer(out http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, ErrBusy):
		http.Error(out, err.Error(), http.StatusConflict)
	case err != nil:
		http.Error(out, err.Error(), http.StatusInternalServerError)
	default:
		reply(out, struct{}{})
	}
}
