package cluster

import (
	"context"
	"fmt"
	"slices"
)

// Join starts one more server, with these flags on top of its usual ones, and
// returns when it listens. The registry may list it a moment later.
func (c *Cluster) Join(ctx context.Context, flags ...string) (*Server, error) {
	return c.join(ctx, &Server{Name: name(len(c.servers))}, flags...)
}

// Move starts a server that has ended once more, under its name and on another port, and
// returns when it listens. The result is another Server; the old one does not change.
func (c *Cluster) Move(ctx context.Context, s *Server) (*Server, error) {
	return c.join(ctx, &Server{Name: s.Name})
}

func (c *Cluster) join(ctx context.Context, s *Server, flags ...string) (*Server, error) {
	s.registry = c.RegistryURL()
	if err := c.startProxies(s); err != nil {
		return nil, err
	}
	err := onFreePorts(func() error {
		if err := c.chooseGRPC(s); err != nil {
			return err
		}
		return c.listen(ctx, s, anyPort, flags...)
	})
	if err != nil {
		return nil, err
	}
	c.servers = append(c.servers, s)
	return s, nil
}

// Restart asks a server to stop, waits until it has, and starts it again on its
// address.
func (c *Cluster) Restart(ctx context.Context, s *Server) error {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	if err := s.Terminate(); err != nil {
		return err
	}
	select {
	case <-s.process.Done():
	case <-ctx.Done():
		return fmt.Errorf("server %s does not stop: %w", s.Name, ctx.Err())
	}
	if err := s.process.Err(); err != nil {
		return fmt.Errorf("server %s did not stop in order: %w", s.Name, err)
	}
	return c.listen(ctx, s, s.listens)
}

// listen starts a server's process on addr, and records where it listens and is reached.
// The server registers under its name: lists are sorted by id, and with random ports as
// ids, chance would decide which comes first.
func (c *Cluster) listen(ctx context.Context, s *Server, addr string, flags ...string) error {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	args := slices.Concat([]string{"-listen", addr}, c.opts.Flags, flags)
	if s.grpc != "" {
		args = append(args, "-grpc", s.grpc)
	}
	if c.opts.Stage.Offers.Registry {
		args = append(args, "-registry", s.registry, "-id", s.Name)
		if reached := s.reached(""); reached != "" {
			args = append(args, "-advertise", reached)
		}
	}
	if c.opts.Stage.Offers.Lease {
		args = append(args, "-ttl", c.opts.TTL.String())
	}
	process, addrs, err := c.group.Listen(ctx, c.command("arith-server", args))
	if err != nil {
		return err
	}
	s.process, s.State = process, Running
	s.listens = addrs[0]
	s.Addr = s.reached(s.listens)
	if s.front != nil {
		s.front.Aim(s.behind())
	}
	return nil
}
