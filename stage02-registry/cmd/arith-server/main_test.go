package main

import (
	"testing"

	"example.com/workshop/stage02-registry/internal/cmdtest"
)

func TestMain(m *testing.M) { cmdtest.Main(m, main) }

func TestHelpShowsExamplesAndEveryFlag(t *testing.T) {
	t.Parallel()
	cmdtest.RequireHelp(t, "arith-server", documented)
}
