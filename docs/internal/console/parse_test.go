package console_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
	"example.com/workshop/docs/internal/text"
)

func TestABlockIsCommandsAndWhatComes(t *testing.T) {
	page := text.Parse("a.md", `# A page

`+"```console"+`
$ echo one \
  two
one two
$ cat <<END
> three
>
> four
> END
three

> four
$ true
`+"```\n\n```console norun\n$ apt-get install\n```\n\n```sh\n$ false\n```\n\n```console\n$ echo '$ x'\n$ x\n```\n\n- A list\n\n  ```console\n  $ y\n    z\n  ```\n")
	commands, err := console.Parse(page)
	require.NoError(t, err)
	want := []console.Command{
		{Line: 4, Block: 0, Text: "echo one \\\n  two", Want: []string{"one two"}},
		{Line: 7, Block: 0, Text: "cat <<END\nthree\n\nfour\nEND", Want: []string{"three", "", "> four"}},
		{Line: 15, Block: 0, Text: "true"},
		{Line: 27, Block: 3, Text: "echo '$ x'"},
		{Line: 28, Block: 3, Text: "x"},
		{Line: 34, Block: 4, Text: "y", Want: []string{"  z"}},
	}
	require.Empty(t, cmp.Diff(want, commands))
}

func TestABlockThatIsNoneIsAnError(t *testing.T) {
	for block, want := range map[string]string{
		"```console\nout\n```":           "a.md:2: a console block begins with a command: $ and a space",
		"```console now\n$ true\n```":    "a.md:1: a block is console or console norun, not console now",
		"```console\n```":                "a.md:1: the block has no command",
		"```console norun\n$true\n```":   "a.md:2: a console block begins with a command: $ and a space",
		"```console\n$ true\n```\n\nend": "",
	} {
		_, err := console.Parse(text.Parse("a.md", block))
		if want == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, want, block)
		}
	}
}
