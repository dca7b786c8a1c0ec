package main

import (
	"testing"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

func TestMain(m *testing.M) { cmdtest.Main(m, main) }

func TestHelpShowsExamplesAndEveryFlag(t *testing.T) {
	t.Parallel()
	cmdtest.RequireHelp(t, "certs", []string{"dir", "hosts", "valid"})
}
