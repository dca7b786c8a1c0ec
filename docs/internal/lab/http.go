package lab

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"example.com/workshop/docs/internal/crosssite"
	"example.com/workshop/docs/internal/proc"
)

//go:embed page
var pageFiles embed.FS

// Web serves a lab, or a recording of one, to a browser.
type Web struct {
	lab    *Lab
	played []byte // a recording; nil with a lab
	token  string
	host   string
}

// NewWeb makes the pages of a lab that is served at host, HOST:PORT.
func NewWeb(l *Lab, host string) *Web { return &Web{lab: l, token: rand.Text(), host: host} }

// NewReplay makes the pages of a recording that is served at host, HOST:PORT.
func NewReplay(recording []byte, host string) *Web { return &Web{played: recording, host: host} }

// URL is the address to open. It holds the token that actions need.
func (w *Web) URL() string {
	if w.lab == nil {
		return "http://" + w.host + "/"
	}
	return "http://" + w.host + "/?token=" + w.token
}

// Recording is a lab's last ten minutes, and what a page needs to show them.
type Recording struct {
	Format int     `json:"format"` // of the recording: 1
	Meta   Meta    `json:"meta"`
	Frames []Frame `json:"frames"`
}

// Meta is what does not change while a lab runs.
type Meta struct {
	Stages    []Stage  `json:"stages"`
	Scripts   []Script `json:"scripts"`
	Balancers []string `json:"balancers"`
	TTL       int64    `json:"ttl"` // milliseconds
	MaxRate   int      `json:"maxRate"`
	Freezes   bool     `json:"freezes"`        // processes can be frozen here
	Live      bool     `json:"live"`           // false for a recording
	Host      *Hosted  `json:"host,omitempty"` // of the lab, if it was not started by a command of its own
}

// Stage is what a page says of a stage.
type Stage struct {
	Number  int    `json:"number"`
	Idea    string `json:"idea"`
	Limit   string `json:"limit"`
	Lease   bool   `json:"lease"`
	Etcd    bool   `json:"etcd"`
	Chooses bool   `json:"chooses"` // its client chooses among servers
}

func (l *Lab) meta() Meta {
	m := Meta{Scripts: l.Scripts(), Balancers: Balancers, MaxRate: MaxRate, Freezes: proc.CanFreeze, Live: true}
	for _, s := range l.sides {
		m.Stages = append(m.Stages, Stage{s.stage.Number, s.stage.Idea, s.stage.Limit, s.stage.Offers.Lease, s.stage.Offers.Etcd, s.stage.Offers.Failover})
		m.TTL = s.ttl.Milliseconds()
	}
	return m
}

// Handler serves the page, the frames and the actions.
func (w *Web) Handler() http.Handler { return w.guard(headed(w.routes())) }

// pages serves the files of the page.
func pages() http.Handler {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return http.FileServerFS(files)
}

func (w *Web) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /", pages())
	mux.HandleFunc("GET /meta", w.meta)
	mux.HandleFunc("GET /frames", w.frames)
	mux.HandleFunc("GET /recording.json", w.recording)
	mux.HandleFunc("POST /do", w.do)
	return mux
}

// policy lets the page use what it came with, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard refuses requests that do not come from the page itself: those under another
// host's name (DNS rebinding), and those of other sites' pages.
func (w *Web) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if r.Host != w.host || origin != "" && origin != "http://"+w.host || crosssite.Embedded(r) {
			http.Error(out, fmt.Sprintf("this page is at http://%s/ and answers nobody else", w.host), http.StatusForbidden)
			return
		}
		next.ServeHTTP(out, r)
	})
}

// headed sets the headers that all answers have.
func headed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		h := out.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(out, r)
	})
}

func (w *Web) meta(out http.ResponseWriter, _ *http.Request) {
	if w.lab == nil {
		reply(out, Meta{})
		return
	}
	reply(out, w.lab.meta())
}

func (w *Web) recording(out http.ResponseWriter, _ *http.Request) {
	out.Header().Set("Content-Disposition", `attachment; filename="lab.json"`)
	if w.lab == nil {
		out.Header().Set("Content-Type", "application/json")
		_, _ = out.Write(w.played)
		return
	}
	meta := w.lab.meta()
	meta.Live = false
	reply(out, Recording{Format: 1, Meta: meta, Frames: w.lab.hub.recording()})
}

// frames sends every frame as it comes, until the reader or the lab goes.
func (w *Web) frames(out http.ResponseWriter, r *http.Request) {
	if w.lab == nil {
		http.NotFound(out, r)
		return
	}
	past, frames, leave := w.lab.hub.read()
	defer leave()
	out.Header().Set("Content-Type", "text/event-stream")
	err := push(out, "event: past\n", past)
	for err == nil {
		select {
		case f, ok := <-frames:
			if !ok {
				return
			}
			err = push(out, "", f)
		case <-r.Context().Done():
			return
		}
	}
}

// push sends one event of a stream. It drops a reader that hangs.
func push(out http.ResponseWriter, kind string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	control := http.NewResponseController(out)
	if err := control.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%sdata: %s\n\n", kind, text); err != nil {
		return err
	}
	return control.Flush()
}

// maxAction bounds what a page may send.
const maxAction = 4096

// permitted reports whether a request has the token, and refuses it if not.
func permitted(out http.ResponseWriter, r *http.Request, token string) bool {
	if token != "" && subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Lab-Token")), []byte(token)) == 1 {
		return true
	}
	http.Error(out, "actions need the token: open the address that go run ./docs lab has printed, or follow a link of the guide to its lab", http.StatusForbidden)
	return false
}

// decode reads what a page sends, and refuses what is something else.
func decode(out http.ResponseWriter, r *http.Request, ask any) bool {
	d := json.NewDecoder(http.MaxBytesReader(out, r.Body, maxAction))
	d.DisallowUnknownFields()
	if err := cmp.Or(d.Decode(ask), end(d)); err != nil {
		http.Error(out, "not an action: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// do carries out an action for a request with the token.
func (w *Web) do(out http.ResponseWriter, r *http.Request) {
	var a Action
	if !permitted(out, r, w.token) || !decode(out, r, &a) {
		return
	}
	switch err := w.lab.Do(r.Context(), a); {
	case errors.Is(err, ErrUnknown):
		http.Error(out, err.Error(), http.StatusBadRequest)
	case err != nil:
		http.Error(out, err.Error(), http.StatusConflict)
	default:
		reply(out, struct{}{})
	}
}

// end reports an error if something follows what was decoded.
func end(d *json.Decoder) error {
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

func reply(out http.ResponseWriter, v any) {
	out.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(out).Encode(v) // the reader may be gone
}
