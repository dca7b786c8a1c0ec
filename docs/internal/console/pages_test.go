package console_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/text"
	"example.com/workshop/docs/internal/workspace"
)

// pages are the workshop's.
func pages(t *testing.T) (root string, all []text.Page) {
	t.Helper()
	root, err := workspace.Root(".")
	require.NoError(t, err)
	all, err = text.Pages(root, stages.All())
	require.NoError(t, err)
	return root, all
}

func TestTheConsoleBlocksOfAllPagesAreWellFormed(t *testing.T) {
	_, all := pages(t)
	for _, page := range all {
		if _, err := console.Parse(page); err != nil {
			t.Error(err)
		}
	}
}
