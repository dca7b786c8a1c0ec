package tlshint_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/tlshint"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestFlagsNameTheFiles(t *testing.T) {
	var got mtls.Files
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	tlshint.Flags(flags, &got)
	require.NoError(t, flags.Parse([]string{"-tls-cert", "a", "-tls-key", "b", "-tls-ca", "c"}))
	require.Empty(t, cmp.Diff(got, mtls.Files{Cert: "a", Key: "b", CA: "c"}))
}

func TestErrorsOfTLSNameTheFlags(t *testing.T) {
	for err, want := range map[error]string{
		mtls.ErrIncomplete:  "-tls-cert, -tls-key and -tls-ca",
		mtls.ErrTLSRequired: "give -tls-cert, -tls-key and -tls-ca",
		etcd.ErrHungUp:      "give -tls-cert, -tls-key and -tls-ca",
		mtls.ErrNotTLS:      "leave out -tls-cert, -tls-key and -tls-ca",
		mtls.ErrRefused:     "-tls-cert must be of its CA, and for clients",
		mtls.ErrExpired:     "-tls-cert must be a new one",
		mtls.ErrUnknownCA:   "-tls-ca must be its CA",
	} {
		require.NotContains(t, err.Error(), "-tls-", "a library knows of no flags")
		hinted := tlshint.Error(fmt.Errorf("h:1: %w (why)", err))
		require.ErrorContains(t, hinted, want)
		require.Regexp(t, `^h:1: .* \(why\)$`, hinted.Error())
		require.ErrorIs(t, hinted, err)
	}
	other := errors.New("connection refused")
	require.Equal(t, other, tlshint.Error(other))
	require.NoError(t, tlshint.Error(nil))
}

func TestAUsageErrorStaysOne(t *testing.T) {
	run := tlshint.Run(func(context.Context, []string) error { return cli.Usagef("%v", mtls.ErrIncomplete) })
	err := run(t.Context(), nil)
	require.EqualError(t, err, "TLS takes all three of -tls-cert, -tls-key and -tls-ca (-h helps)")
	require.ErrorAs(t, err, new(*cli.UsageError))
}

func TestErrorsInALogNameTheFlags(t *testing.T) {
	var buf logtest.Buffer
	log := tlshint.Logger(buf.Logger()).With("id", "a").WithGroup("g")
	log.Warn("trying again", "err", fmt.Errorf("etcd: %w", etcd.ErrHungUp), "n", 1)
	require.Contains(t, buf.String(), `level=WARN msg="trying again" id=a g.err="etcd: `+etcd.ErrHungUp.Error()+`: give -tls-cert, -tls-key and -tls-ca" g.n=1`)
}
