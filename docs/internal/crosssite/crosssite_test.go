package crosssite_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/crosssite"
)

func TestALinkMayBeFollowedAndNothingIsEmbedded(t *testing.T) {
	for _, c := range []struct {
		method, site, mode, dest string
		want                     bool
	}{
		{http.MethodGet, "", "", "", false}, // a program, or an old browser
		{http.MethodGet, "same-origin", "cors", "empty", false},
		{http.MethodGet, "none", "navigate", "document", false},
		{http.MethodGet, "cross-site", "navigate", "document", false},
		{http.MethodGet, "same-site", "navigate", "document", false},
		{http.MethodGet, "cross-site", "no-cors", "image", true},
		{http.MethodGet, "same-site", "no-cors", "script", true}, // another port
		{http.MethodGet, "cross-site", "navigate", "iframe", true},
		{http.MethodGet, "same-site", "cors", "empty", true},
		{http.MethodPost, "cross-site", "navigate", "document", true}, // a form
	} {
		r := httptest.NewRequest(c.method, "/", nil)
		for name, value := range map[string]string{"Sec-Fetch-Site": c.site, "Sec-Fetch-Mode": c.mode, "Sec-Fetch-Dest": c.dest} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		require.Equal(t, c.want, crosssite.Embedded(r), "%+v", c)
	}
}
