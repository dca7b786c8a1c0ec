package text_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsCalledAnExperimentIsPlayed(t *testing.T) {
	const block = "```console\n$ true\n```\n"
	for markdown, want := range map[string][]string{
		"<!-- experiment: a -->\n" + block:                                                        nil,
		"<!-- experiment: a -->\n\n" + block:                                                      {"docs/page.md:1: no console block stands below the experiment a"},
		"<!-- experiment: a -->\n```console norun\n$ true\n```\n":                                 {"docs/page.md:1: no console block stands below the experiment a"},
		"<!-- experiment: a -->\n" + block + "<!-- experiment: a -->\n" + block:                   {"docs/page.md:5: two experiments are called a"},
		"| [1](#experiment-1) |\n\n### Experiment 1\n\nText.\n" + block:                           nil,
		"| [1](#experiment-1) |\n\n### Experiment 1\n\nText.\n\n## More\n" + block:                {"docs/page.md:1: no console block stands in experiment-1"},
		"| [1](#experiment-1) |\n\n## Experiment 0\n" + block + "## Experiment 1\n":               {"docs/page.md:1: no console block stands in experiment-1"},
		"| [1](#experiment-1) |\n\n## Experiment 1\n```console norun\n$ true\n```\n## Two\n\nx\n": {"docs/page.md:1: no console block stands in experiment-1"},
	} {
		require.Equal(t, want, refers(t, "docs/page.md", markdown), markdown)
	}
}

func TestAStepThatAChapterShowsIsNamedByItsTitle(t *testing.T) {
	require.Empty(t, refers(t, "docs/stage01-rpc.md", "<!-- step: A store -->\n"))
	for _, other := range []string{"1.1", "A shop"} {
		want := "docs/stage01-rpc.md:1: no step of its stage has the title \"" + other + "\""
		require.Equal(t, []string{want}, refers(t, "docs/stage01-rpc.md", "<!-- step: "+other+" -->\n"))
	}
}
