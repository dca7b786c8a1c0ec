package registry_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/memnet"
	"example.com/workshop/stage02-registry/registry"
)

// sent answers every request for a path that does not begin with /moved with a
// redirect.
func sent(code int, to string, moved http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/moved/", http.StripPrefix("/moved", moved))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to+r.URL.Path, code) })
	return mux
}

func TestARedirectIsFollowedOnTheSameHostAloneAndWithItsBody(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		for to, followed := range map[string]bool{
			"/moved":                       code >= 307,
			"http://" + address + "/moved": code >= 307,
			"http://elsewhere:8500/moved":  false,
			"http://registry/moved":        false, // another port
			"https://" + address:           false,
			"http://ann:pw@elsewhere:1":    false,
		} {
			t.Run(fmt.Sprint(code, to), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var network memnet.Network
					s := newStore()
					serve(t, &network, sent(code, to, registry.Handler(s)))
					c := newClient(t, &network, registry.ClientOptions{})
					_, err := c.Services(t.Context())
					if followed {
						require.NoError(t, err)
						registration, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
						require.NoError(t, err)
						require.Len(t, s.Instances("Arith"), 1, "with its body")
						require.NoError(t, registration.Deregister(t.Context()))
						return
					}
					where := strings.Replace(to, ":pw@", ":xxxxx@", 1) + "/services"
					if strings.HasPrefix(to, "/") {
						where = "http://" + address + where
					}
					require.EqualError(t, err, fmt.Sprintf("registry http://registry:8500: answered %d %s to %q, which is not followed", code, http.StatusText(code), where))
				})
			})
		}
	}
}

func TestARedirectToItselfIsGivenUp(t *testing.T) {
	err := ask(t, http.RedirectHandler("/services/Arith", http.StatusTemporaryRedirect).ServeHTTP)
	require.EqualError(t, err, "registry http://registry:8500: stopped after 10 redirects")
}
