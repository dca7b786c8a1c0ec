package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/lab"
	"example.com/workshop/docs/internal/stages"
)

// labFlags are the flags of the lab command.
type labFlags struct {
	listen, replay string
	ttl            time.Duration
	mine           bool
}

// labTTL is the lease of a lab's servers: short enough for its end to be seen.
const labTTL = 5 * time.Second

func (a App) lab() *cobra.Command {
	var f labFlags
	cmd := &cobra.Command{
		Use:   "lab [stage] [stage]",
		Short: "Watch a stage's processes in the browser and break them, or two stages side by side",
		Long: `Builds one stage, or two, runs their real processes under a steady load, and
shows them in the browser: who calls whom, what fails, which servers are listed
and how long their leases still run. Buttons kill, freeze, slow and start
processes; scripts play the rows of the fault matrix. Two stages get the same
fault at the same time. Open the address in the second line that is printed: its
token allows the actions. Ctrl-C stops everything. Without a number it runs stage
3. With -mine it runs your own copy of one stage. -replay shows a run that was
saved, without any process.`,
		Example:           examples("lab 3", "lab 3 4", "lab 3 -mine", "lab -replay lab.json"),
		Args:              arguments(0, 2, "the numbers of one stage or two"),
		ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.replay != "" {
				if len(args) > 0 {
					return usagef("-replay takes no stage: the recording says what it shows")
				}
				return a.replay(cmd.Context(), f)
			}
			return a.runLab(cmd.Context(), f, args)
		},
	}
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8601", "HOST:PORT to serve at; port 0 chooses one")
	cmd.Flags().DurationVar(&f.ttl, "ttl", labTTL, "of a registration, 1s to 1m")
	cmd.Flags().BoolVar(&f.mine, "mine", false, "run your own copy of the stage")
	cmd.Flags().StringVar(&f.replay, "replay", "", "show this recording")
	return cmd
}

func (a App) runLab(ctx context.Context, f labFlags, args []string) error {
	if f.ttl < time.Second || f.ttl > time.Minute {
		return usagef("-ttl %v is not between 1s and 1m", f.ttl)
	}
	if len(args) == 0 {
		args = []string{"3"}
	}
	var chosen []stages.Stage
	for _, arg := range args {
		s, err := a.stage(arg)
		if err != nil {
			return err
		}
		chosen = append(chosen, s)
	}
	root, err := a.repository()
	if err != nil {
		return err
	}
	build := a.Build
	if f.mine {
		if len(chosen) > 1 {
			return usagef("-mine takes one stage")
		}
		if build, err = a.mine(root, chosen[0]); err != nil {
			return err
		}
	}
	listener, err := a.listenLab(f.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	l, err := lab.Start(ctx, lab.Options{
		Root: root, Stages: chosen, TTL: f.ttl, Build: build,
		Tell: func(text string) { fmt.Fprintln(a.Stderr, text) },
	})
	if err != nil {
		return err
	}
	err = a.serveLab(ctx, listener, lab.NewWeb(l, listener.Addr().String()))
	return errors.Join(err, l.Close())
}

func (a App) replay(ctx context.Context, f labFlags) error {
	recording, err := lab.ReadRecording(f.replay)
	if err != nil {
		return usagef("-replay: %w", err)
	}
	listener, err := a.listenLab(f.listen)
	if err != nil {
		return err
	}
	return a.serveLab(ctx, listener, lab.NewReplay(recording, listener.Addr().String()))
}

// listenLab opens the page's port. Anyone who can reach the page can break processes, so
// the port is open to this machine only.
func (a App) listenLab(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, usagef("-listen %q: it is HOST:PORT", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usagef("-listen %s: the lab is for this machine alone, so its host is 127.0.0.1", addr)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%w (-listen HOST:PORT chooses another)", err)
	}
	return listener, nil
}

// serveLab serves until ctx ends.
func (a App) serveLab(ctx context.Context, listener net.Listener, web *lab.Web) error {
	server := &http.Server{Handler: web.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute}
	if _, err := fmt.Fprintf(a.Stdout, "listening %s\n%s\nCtrl-C stops it\n", listener.Addr(), web.URL()); err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		err := server.Close() // a page that is open must not hold it up
		<-failed
		return err
	}
}
