package doctor_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestFillFetchesAndCompilesTheWorkspaceAndEachStageAlone(t *testing.T) {
	f := healthy(t)
	var ran, said []string
	f.Long = func(_ context.Context, dir string, env []string, name string, args ...string) (string, error) {
		where, err := filepath.Rel(f.Root, dir)
		require.NoError(t, err)
		ran = append(ran, strings.Join(append(append(env, name), args...), " ")+" in "+where)
		return "", nil
	}
	require.NoError(t, f.Fill(t.Context(), func(what string) { said = append(said, what) }))
	require.Empty(t, cmp.Diff([]string{
		"go list -deps -test -f  -buildvcs=false work in .",
		"go build -buildvcs=false work in .",
		"go vet -buildvcs=false work in .",
		"GOWORK=off go list -deps -test -f  -buildvcs=false ./... in stage01-rpc",
		"GOWORK=off go vet -buildvcs=false ./... in stage01-rpc",
		"GOWORK=off go list -deps -test -f  -buildvcs=false ./... in stage02-registry",
		"GOWORK=off go vet -buildvcs=false ./... in stage02-registry",
	}, ran))
	require.Len(t, said, len(ran))
	require.Equal(t, "downloading what the workshop needs", said[0])
}

func TestFillEndsWithWhatGoesWrong(t *testing.T) {
	f := healthy(t)
	times := 0
	f.Long = func(context.Context, string, []string, string, ...string) (string, error) {
		if times++; times == 2 {
			return "", errors.New("no space left")
		}
		return "", nil
	}
	require.EqualError(t, f.Fill(t.Context(), func(string) {}), "compiling it: no space left")
	require.Equal(t, 2, times)
}
