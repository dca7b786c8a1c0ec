package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/pflag"

	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/lab"
)

// serveOptions are the flags of the guide itself, without a command.
type serveOptions struct {
	listen string
	open   bool
}

func (o *serveOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.listen, "listen", "127.0.0.1:8600", "serve the pages at this `HOST:PORT`; port 0 takes a free one")
	f.BoolVar(&o.open, "open", false, "open them in a browser")
}

// serve serves the pages until ctx ends, which is no error.
func (a App) serve(ctx context.Context, opts serveOptions) error {
	root, err := a.repository()
	if err != nil {
		return err
	}
	l, err := guide.Listen(ctx, opts.listen)
	if _, ok := errors.AsType[*guide.NotHereError](err); ok {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	host := lab.NewHost(lab.Options{Root: root, Stages: a.Stages, TTL: labTTL, Build: a.Build})
	g, err := guide.New(guide.Options{Docs: a.Pages, Root: root, Stages: a.Stages, Progress: progress{root}, Token: host.Token()})
	if err != nil {
		l.Close()
		return err
	}
	defer g.Close()
	g.Mount("/lab/", http.StripPrefix("/lab", host))
	if opts.open {
		go func() {
			if err := guide.OpenBrowser(ctx, "http://"+l.Addr().String()); err != nil && ctx.Err() == nil {
				fmt.Fprintln(a.Stderr, "docs:", oneLine(err))
			}
		}()
	}
	defer context.AfterFunc(ctx, host.Cancel)() // a page that waits for a lab's start would hold the end up
	return errors.Join(g.Serve(ctx, l, a.Stdout), host.Close())
}
