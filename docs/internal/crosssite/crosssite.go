// Package crosssite tells which requests another site's page has made.
//
// The one rule: a request without the headers by which browsers say that passes. Programs
// and old browsers send none, so this is never the only guard.
package crosssite

import "net/http"

// Embedded reports whether a page of another site, or of another port of this machine, has
// made the request for itself: as a picture, a script, a frame or by its code. To follow a
// link from there is none of these. Browsers send no Origin with a picture.
func Embedded(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // none is what somebody has typed
		return false
	}
	return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document" || r.Method != http.MethodGet
}
