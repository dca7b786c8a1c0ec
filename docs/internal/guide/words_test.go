package guide_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	saidWord   = regexp.MustCompile(`\bsay[ (]"([^"]+)"`)
	saidPrefix = regexp.MustCompile(`\bwords "([^"]+)"`)
)

func TestEveryWordIsSaidAndEveryLanguageHasIt(t *testing.T) {
	var text strings.Builder
	for _, pattern := range []string{"*.go", "page/*.html"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				source, err := os.ReadFile(file)
				require.NoError(t, err)
				text.Write(source)
			}
		}
	}
	var said, prefixes []string
	for _, match := range saidWord.FindAllStringSubmatch(text.String(), -1) {
		if strings.HasSuffix(match[1], "-") {
			prefixes = append(prefixes, match[1])
		} else {
			said = append(said, match[1])
		}
	}
	for _, match := range saidPrefix.FindAllStringSubmatch(text.String(), -1) {
		prefixes = append(prefixes, match[1])
	}
	prefixes = append(prefixes, "error-")
	require.Greater(t, len(said), 30)

	files, err := filepath.Glob("words/*.json")
	require.NoError(t, err)
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		var words map[string]string
		require.NoError(t, json.Unmarshal(source, &words), file)
		for _, key := range said {
			require.NotEmpty(t, words[key], "%s: %q", file, key)
		}
		for _, key := range []string{"role-core", "role-deep", "role-given", "steps-deep", "steps-given", "error-404", "error-500",
			"state-blank", "state-changed", "state-gone", "state-green"} {
			require.NotEmpty(t, words[key], "%s: %q", file, key)
		}
		for key := range words {
			found := strings.Contains(text.String(), `"`+key+`"`)
			for _, prefix := range prefixes {
				found = found || strings.HasPrefix(key, prefix)
			}
			require.True(t, found, "%s: nobody says %q", file, key)
		}
	}
}
