// Package crosssite recognizes requests that another site's page has made.
//
// The one rule: a request without the headers in which browsers report that passes.
// Programs and old browsers send none, so this must not be the only guard.
package crosssite

import "net/http"

// Embedded reports whether a page of another site, or of another port of this machine,
// has made the request for itself: as a picture, a script, a frame or by its code.
// Following a link from there does not count. Browsers send no Origin with a picture.
func Embedded(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // none: the user has typed the address
		return false
	}
	return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document" || r.Method != http.MethodGet
}
