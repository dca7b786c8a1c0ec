package console_test

import (
	"regexp"
	"testing"
	"time"

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

// killedLoad matches a load that goes on behind the prompt until a later command ends it.
var killedLoad = regexp.MustCompile(`-for (\S+) & load=\$!$`)

// Or what is shown later does not come on a machine that is slow.
func TestALoadThatIsKilledDoesNotEndBeforeThat(t *testing.T) {
	_, all := pages(t)
	found := false
	for _, page := range all {
		commands, err := console.Parse(page)
		require.NoError(t, err)
		for _, c := range commands {
			if match := killedLoad.FindStringSubmatch(c.Text); match != nil {
				found = true
				lasts, err := time.ParseDuration(match[1])
				require.NoError(t, err)
				require.GreaterOrEqual(t, lasts, 5*time.Minute, "%s:%d", page.Path, c.Line)
			}
		}
	}
	require.True(t, found)
}
