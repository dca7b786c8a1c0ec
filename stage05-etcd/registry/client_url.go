package registry

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// parseURL returns the URL of a registry. Its errors say what was expected, and do not
// show the password.
func parseURL(rawURL string) (*url.URL, error) {
	shown := rawURL
	if at := strings.LastIndex(rawURL, "@"); at >= 0 {
		scheme, _, _ := strings.Cut(rawURL, ":")
		shown = "…" + rawURL[at:]
		if strings.HasPrefix(rawURL, scheme+"://") {
			shown = scheme + "://" + shown
		}
	}
	wrong := func(problem string) (*url.URL, error) {
		return nil, fmt.Errorf("registry %q: %s: want http://HOST:PORT", shown, problem)
	}
	if !strings.Contains(rawURL, "://") {
		return wrong("no scheme")
	}
	base, err := url.Parse(rawURL)
	switch {
	case err != nil:
		return wrong("not a URL")
	case base.Scheme != "http" && base.Scheme != "https":
		return wrong(fmt.Sprintf("unknown scheme %q", base.Scheme))
	case base.Hostname() == "":
		return wrong("no host")
	case base.RawQuery != "" || base.Fragment != "":
		return wrong("a query or a fragment")
	}
	if port, err := strconv.ParseUint(cmp.Or(base.Port(), "80"), 10, 16); err != nil || port == 0 {
		return wrong("no such port")
	}
	return base, nil
}
