package registry

import (
	"errors"
	"fmt"
	"net/http"
)

// sameRegistry lets a request follow a redirect on the same host that keeps its method
// and its body, 307 or 308, since a path may have moved. It follows no other redirect.
// Only the registry may read a registration, which holds a secret in later stages, and
// after 301, 302 or 303 a POST would become a GET. Its error names the target of the
// redirect.
func sameRegistry(to *http.Request, via []*http.Request) error {
	code := to.Response.StatusCode
	switch {
	case code != http.StatusTemporaryRedirect && code != http.StatusPermanentRedirect,
		to.URL.Scheme != via[0].URL.Scheme, to.URL.Host != via[0].URL.Host:
		return fmt.Errorf("answered %d %s to %.200q, which is not followed", code, http.StatusText(code), to.URL.Redacted())
	case len(via) >= 10:
		return errors.New("stopped after 10 redirects")
	}
	return nil
}
