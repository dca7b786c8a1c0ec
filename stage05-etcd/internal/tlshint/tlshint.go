// Package tlshint has the commands' flags for TLS, and adds to TLS errors which flags
// could mend them. The packages that return these errors know of no flags.
package tlshint

import (
	"context"
	"flag"
	"log/slog"
	"strings"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/mtls"
)

// Flags adds -tls-cert, -tls-key and -tls-ca to flags. Their values go into f.
func Flags(flags *flag.FlagSet, f *mtls.Files) {
	flags.StringVar(&f.Cert, "tls-cert", "", "PEM `FILE` of this side's certificate; both sides then speak TLS and prove who they are")
	flags.StringVar(&f.Key, "tls-key", "", "PEM `FILE` of its private key")
	flags.StringVar(&f.CA, "tls-ca", "", "PEM `FILE` of the CA that signed the other side's certificate")
}

const allThree = "-tls-cert, -tls-key and -tls-ca"

// hints adds the flags to the text of an error. It matches the text and not the error,
// since gRPC reports text only.
var hints = strings.NewReplacer(
	mtls.ErrIncomplete.Error(), "TLS takes all three of "+allThree,
	mtls.ErrTLSRequired.Error(), mtls.ErrTLSRequired.Error()+": give "+allThree,
	etcd.ErrHungUp.Error(), etcd.ErrHungUp.Error()+": give "+allThree,
	mtls.ErrNotTLS.Error(), mtls.ErrNotTLS.Error()+": leave out "+allThree,
	mtls.ErrRefused.Error(), mtls.ErrRefused.Error()+": -tls-cert must be of its CA, and for clients",
	mtls.ErrExpired.Error(), mtls.ErrExpired.Error()+": -tls-cert must be a new one",
	mtls.ErrUnknownCA.Error(), mtls.ErrUnknownCA.Error()+": -tls-ca must be its CA",
)

// Error returns err with a hint, if there is one. The result wraps err.
func Error(err error) error {
	if err == nil {
		return nil
	}
	text := hints.Replace(err.Error())
	if text == err.Error() {
		return err
	}
	return &hinted{err, text}
}

type hinted struct {
	err  error
	text string
}

func (h *hinted) Error() string { return h.text }
func (h *hinted) Unwrap() error { return h.err }

// Run returns a run whose errors have hints.
func Run(run func(ctx context.Context, args []string) error) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error { return Error(run(ctx, args)) }
}

// Logger returns a logger that writes to log and adds hints to errors.
func Logger(log *slog.Logger) *slog.Logger { return slog.New(handler{log.Handler()}) }

type handler struct{ to slog.Handler }

func (h handler) Enabled(ctx context.Context, level slog.Level) bool { return h.to.Enabled(ctx, level) }
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler           { return handler{h.to.WithAttrs(attrs)} }
func (h handler) WithGroup(name string) slog.Handler                 { return handler{h.to.WithGroup(name)} }

func (h handler) Handle(ctx context.Context, record slog.Record) error {
	with := slog.NewRecord(record.Time, record.Level, record.Message, record.PC)
	record.Attrs(func(attr slog.Attr) bool {
		if err, ok := attr.Value.Any().(error); ok {
			attr.Value = slog.AnyValue(Error(err))
		}
		with.AddAttrs(attr)
		return true
	})
	return h.to.Handle(ctx, with)
}
