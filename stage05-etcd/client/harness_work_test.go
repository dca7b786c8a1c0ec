package client_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Work is a service that does as it is told.
type Work struct {
	ran     atomic.Int64 // methods
	delay   atomic.Int64 // of each, in ns
	refuses atomic.Bool  // whether Do returns an error at once

	life atomic.Pointer[life] // of the process
}

type life struct {
	context.Context
	end context.CancelFunc
}

// freeze makes each Do or Refuse that begins from now on last longer than anybody waits.
func (w *Work) freeze() { w.delay.Store(int64(time.Hour)) }

// thaw makes each Do or Refuse that begins from now on quick.
func (w *Work) thaw() { w.delay.Store(0) }

// work takes time, and ends with the process.
func (w *Work) work(d time.Duration) {
	w.ran.Add(1)
	select {
	case <-time.After(d):
	case <-w.life.Load().Done():
	}
}

// Do returns n, or an error if it refuses.
func (w *Work) Do(n int, reply *int) error {
	if w.refuses.Load() {
		return w.Refuse(n, reply)
	}
	w.work(time.Duration(w.delay.Load()))
	*reply = n
	return nil
}

// Refuse returns an error.
func (w *Work) Refuse(n int, reply *int) error {
	w.work(time.Duration(w.delay.Load()))
	return errors.New("refused")
}

// Slow returns d after d.
func (w *Work) Slow(d time.Duration, reply *time.Duration) error {
	w.work(d)
	*reply = d
	return nil
}
