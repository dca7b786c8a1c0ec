package cluster

import (
	"fmt"
	"time"

	"example.com/workshop/docs/internal/proxy"
)

// startProxies starts the proxies, if there are to be any, of a server that is about to
// start: one for its callers, and one for each address of the registry. The first one
// learns where the server is when that listens.
func (c *Cluster) startProxies(s *Server) (err error) {
	if c.opts.Proxies == nil {
		return nil
	}
	if s.front, err = c.opts.Proxies.Listen(""); err != nil {
		return fmt.Errorf("proxy of server %s: %w", s.Name, err)
	}
	if s.registry == "" {
		return nil
	}
	if s.registry, s.back, err = c.opts.Proxies.URL(s.registry); err != nil {
		return fmt.Errorf("server %s and its registry: %w", s.Name, err)
	}
	return nil
}

// Slow delays every answer of the server by d.
func (s *Server) Slow(d time.Duration) error {
	if s.front == nil {
		return fmt.Errorf("server %s stands behind no proxy", s.Name)
	}
	return s.to(Slow, func() error { s.front.Delay(d); return nil })
}

// CutOff cuts the server's way to the registry. Its callers reach it as before.
func (s *Server) CutOff() error {
	if len(s.back) == 0 {
		return fmt.Errorf("server %s has no proxy between it and a registry", s.Name)
	}
	return s.to(CutOff, func() error { each(s.back, (*proxy.Proxy).Swallow); return nil })
}

// HalfOpen makes the connections between the server and its callers silent for ever.
// Those that are still to be made pass.
func (s *Server) HalfOpen() error {
	if s.front == nil {
		return fmt.Errorf("server %s stands behind no proxy", s.Name)
	}
	s.front.HalfOpen()
	return nil
}

// Heal ends what Slow and CutOff began.
func (s *Server) Heal() error {
	return s.to(Running, func() error {
		if s.front != nil {
			s.front.Pass()
		}
		each(s.back, (*proxy.Proxy).Pass)
		return nil
	})
}

func each(proxies []*proxy.Proxy, do func(*proxy.Proxy)) {
	for _, p := range proxies {
		do(p)
	}
}
