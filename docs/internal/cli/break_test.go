package cli_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBreakListsTheBreaksOfAStage(t *testing.T) {
	for _, stage := range []string{"1", "01", "stage01-rpc"} {
		status, stdout, stderr := docs(t, repository(t), "break", stage)
		require.Zero(t, status, stderr)
		require.Equal(t, "Stage 1: 1 ways to break it\n\ndial-per-call\n  it dials.\n\nTo try one: go run ./docs break 1 dial-per-call\n", stdout)
	}
}

func TestABreakThatDoesNotFitItsStageIsOneLine(t *testing.T) {
	status, stdout, stderr := docs(t, repository(t), "break", "1", "dial-per-call", "-yes")
	require.Equal(t, 1, status)
	require.Empty(t, stdout)
	require.Equal(t, "docs: the break dial-per-call does not fit stage01-rpc/arith.go: it declares nothing that the file does\n", stderr)
}
