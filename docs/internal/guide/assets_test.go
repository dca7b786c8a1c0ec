package guide_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMermaidIsTheVersionThatIsNamedAndHasItsLicence(t *testing.T) {
	source, err := os.ReadFile("assets.go")
	require.NoError(t, err)
	named := regexp.MustCompile(`//go:generate go run vendor.go mermaid@(\S+)`).FindStringSubmatch(string(source))
	require.NotNil(t, named)
	g := real(t, fixture)
	script := get(t, g, "/assets/mermaid/mermaid.min.js")
	require.Equal(t, http.StatusOK, script.Code)
	require.True(t, strings.Contains(script.Body.String(), `version:"`+named[1]+`"`), "go generate fetches it")
	require.Contains(t, get(t, g, "/assets/mermaid/LICENSE").Body.String(), "The MIT License")
}

func TestAnAssetThatTheBrowserHasIsNotSentAgain(t *testing.T) {
	g := real(t, fixture)
	first := get(t, g, "/assets/style.css")
	require.Equal(t, "text/css; charset=utf-8", first.Header().Get("Content-Type"))
	again := httptest.NewRequest(http.MethodGet, "/assets/style.css", nil)
	again.Header.Set("If-None-Match", first.Header().Get("ETag"))
	w := httptest.NewRecorder()
	g.ServeHTTP(w, again)
	require.Equal(t, http.StatusNotModified, w.Code)
	require.Zero(t, w.Body.Len())
}
