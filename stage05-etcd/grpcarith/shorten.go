package grpcarith

import (
	"strconv"
	"strings"

	"example.com/workshop/stage05-etcd/mtls"
)

// shorten returns the innermost part of a message such as
//
//	last connection error: connection error: desc = "transport: Error while dialing: dial tcp …"
func shorten(text string) string {
	if _, last, ok := strings.Cut(text, "rpc error: code = Unavailable desc = "); ok { // after retries
		text = last
	}
	if _, inner, ok := strings.Cut(text, `desc = "`); ok {
		if quoted, err := strconv.Unquote(`"` + inner); err == nil {
			text = quoted
		}
	}
	for _, prefix := range []string{"transport: ", "Error while dialing: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	const alert = "remote error: tls: "
	switch {
	case strings.Contains(text, mtls.ErrTLSRequired.Error()):
		return mtls.ErrTLSRequired.Error()
	case strings.Contains(text, "signed by unknown authority"):
		return mtls.ErrUnknownCA.Error()
	case strings.Contains(text, alert):
		return mtls.ErrRefused.Error() + " (" + text[strings.Index(text, alert):] + ")"
	case strings.Contains(text, "missing selected ALPN property"):
		return "it speaks TLS, but not gRPC"
	}
	return strings.Replace(text, "error reading server preface", "it does not speak gRPC", 1)
}
