package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"example.com/workshop/docs/internal/stages"
)

// Host runs one lab at a time, which is started and ended from the guide's page. Its
// handler must be behind one that only accepts requests of this machine's browser.
type Host struct {
	opts   Options // Stages are those to choose from
	token  string
	routes http.Handler

	ctx      context.Context // of a lab that is being built; ends with Close
	stop     context.CancelFunc
	changing sync.WaitGroup // those who start or end a lab

	mu    sync.Mutex // guards the fields below
	state HostState
	told  string       // what takes time while it starts
	lab   *Lab         // nil unless it runs
	page  http.Handler // of the lab
}

// HostState is the state of a host's lab.
type HostState string

// The states of a host's lab.
const (
	Idle     HostState = ""
	Starting HostState = "starting"
	Runs     HostState = "running"
	Ending   HostState = "ending"
	Closed   HostState = "closed"
)

// ErrBusy is the error when a lab runs already, or is being started.
var ErrBusy = errors.New("a lab runs already, and the guide has one at a time; stop it first")

var errEnding = errors.New("the guide is ending")

// NewHost makes a host of labs with opts; opts.Stages are the stages to choose from. It
// starts nothing.
func NewHost(opts Options) *Host {
	h := &Host{opts: opts, token: rand.Text()}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.opts.Tell = h.tell
	h.routes = h.handler()
	return h
}

// Token is required for actions, and part of the links to the page.
func (h *Host) Token() string { return h.token }

// choose finds the stages of a lab by their numbers.
func (h *Host) choose(numbers []int) (chosen []stages.Stage, err error) {
	if n := len(numbers); n < 1 || n > 2 {
		return nil, fmt.Errorf("%d stages: a lab runs one, or two side by side", n)
	}
	for _, n := range numbers {
		s, err := stages.Find(h.opts.Stages, n)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}

// Start builds the stages and starts their lab. It returns when the lab runs, or ErrBusy
// if there is one already.
func (h *Host) Start(chosen ...stages.Stage) error {
	opts := h.opts
	opts.Stages = chosen
	if err := h.change(Idle, Starting); err != nil {
		return err
	}
	defer h.changing.Done()
	l, err := Start(h.ctx, opts)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state, h.told = Idle, ""
	if err == nil {
		h.state, h.lab, h.page = Runs, l, (&Web{lab: l, token: h.token}).routes()
	}
	return err
}

// End ends the lab that runs, if one does, and returns when nothing of it is left.
func (h *Host) End() error {
	if h.change(Runs, Ending) != nil {
		return nil
	}
	defer h.changing.Done()
	h.mu.Lock()
	l := h.lab
	h.lab, h.page = nil, nil
	h.mu.Unlock()
	err := l.Close()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state = Idle
	return err
}

// change begins to start or end a lab, if the state allows it. Without an error the
// caller calls changing.Done in the end.
func (h *Host) change(from, to HostState) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.ctx.Err() != nil:
		return errEnding
	case h.state != from:
		return ErrBusy
	}
	h.state = to
	h.changing.Add(1)
	return nil
}

// Cancel prevents further labs, and breaks off the start of one. Close does the rest.
func (h *Host) Cancel() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stop() // under the lock, so that nobody begins a change after it
}

// Close ends the lab, and returns when nothing of it is left. No lab is started after
// that.
func (h *Host) Close() error {
	h.Cancel()
	h.changing.Wait()
	h.mu.Lock()
	l := h.lab
	h.state, h.lab, h.page = Closed, nil, nil
	h.mu.Unlock()
	if l == nil {
		return nil
	}
	return l.Close()
}

func (h *Host) tell(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = text
}

// Hosted is what a host's page says of it.
type Hosted struct {
	State  HostState `json:"state"`
	Told   string    `json:"told,omitempty"` // what takes time while it starts
	Stages []Choice  `json:"stages"`
}

// Choice is a stage that can be chosen.
type Choice struct {
	Number int    `json:"number"`
	Idea   string `json:"idea"`
}

func (h *Host) meta() Meta {
	h.mu.Lock()
	l, hosted := h.lab, &Hosted{State: h.state, Told: h.told}
	h.mu.Unlock()
	for _, s := range h.opts.Stages {
		hosted.Stages = append(hosted.Stages, Choice{s.Number, s.Idea})
	}
	slices.SortFunc(hosted.Stages, func(a, b Choice) int { return a.Number - b.Number })
	if l == nil {
		m := Meta{Host: hosted, Live: true}
		for _, s := range stories() { // so that the page can say which one a link names
			m.Scripts = append(m.Scripts, Script{Name: s.name, Title: s.title})
		}
		return m
	}
	m := l.meta()
	m.Host = hosted
	return m
}
