package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

func TestBadInputIsOneLineAndExitsWith2(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-colour red", "flag provided but not defined: -colour"},
		{"server", `unexpected argument "server"`},
		{"-dir=", "-dir is empty"},
		{"-hosts=", `-hosts "": "" is neither an address nor a name`},
		{"-hosts a,,b", `-hosts "a,,b": "" is neither an address nor a name`},
		{"-hosts 127.0.0.1:1234", `-hosts "127.0.0.1:1234": "127.0.0.1:1234" is neither an address nor a name`},
		{"-hosts [::1]", `-hosts "[::1]": "[::1]" is neither an address nor a name`},
		{"-valid 0s", "-valid 0s is not between 0 and 24h"},
		{"-valid -1h", "-valid -1h0m0s is not between 0 and 24h"},
		{"-valid 25h", "-valid 25h0m0s is not between 0 and 24h"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			p := cmdtest.Start(t, strings.Fields(tt.args)...)
			cmdtest.RequireOneLine(t, p.Wait(), 2, "certs: "+tt.want+" (-h helps)")
			left, err := os.ReadDir(p.Cmd.Dir)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestADirectoryThatIsAFileIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	got := cmdtest.Start(t, "-dir", file).Wait()
	require.Equal(t, 1, got.Code)
	require.Empty(t, got.Stdout)
	require.Regexp(t, "^certs: [^\n]*file[^\n]*\n$", got.Stderr)
}
