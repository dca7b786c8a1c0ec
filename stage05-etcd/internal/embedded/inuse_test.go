package embedded_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"example.com/workshop/stage05-etcd/internal/embedded"
)

func TestADirectoryInUseIsSaidToBe(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.Dir = t.TempDir()
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	_, err = embedded.Start(t.Context(), opts)
	require.ErrorIs(t, err, embedded.ErrInUse)
	require.EqualError(t, err, "etcd n1: data in "+opts.Dir+" is in use by process "+strconv.Itoa(os.Getpid()))
	require.NoError(t, n.Close())

	db, err := bbolt.Open(filepath.Join(opts.Dir, "member", "snap", "db"), 0o600, nil) // as an etcd does that is not ours
	require.NoError(t, err)
	_, err = embedded.Start(t.Context(), opts)
	require.EqualError(t, err, "etcd n1: data in "+opts.Dir+" is in use by another etcd")
	require.NoError(t, db.Close())

	n, err = embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	require.NoError(t, n.Close())
}
