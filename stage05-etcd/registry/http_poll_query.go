package registry

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// pollQuery returns what a poll asks for: the revision that its caller has, 0 for
// none, and how long to wait for another one. A field that is unknown or given twice, a
// value that cannot be read, or a wait below zero or above maxWait, is a *FieldError.
func pollQuery(r *http.Request) (revision uint64, wait time.Duration, err error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return 0, 0, &FieldError{"query", err.Error()}
	}
	for field, values := range query {
		if field != "revision" && field != "wait" {
			return 0, 0, unknown(field)
		} else if len(values) > 1 {
			return 0, 0, twice(field)
		}
	}
	if text := query.Get("revision"); text != "" {
		if revision, err = strconv.ParseUint(text, 10, 64); err != nil {
			return 0, 0, &FieldError{"revision", fmt.Sprintf("%.64q is not a whole number", text)}
		}
	}
	if text := query.Get("wait"); text != "" {
		wait, err = time.ParseDuration(text)
		if err != nil || wait < 0 || wait > maxWait {
			return 0, 0, &FieldError{"wait", fmt.Sprintf("%.64q is not a duration of at most %v", text, maxWait)}
		}
	}
	return revision, wait, nil
}
