package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/cmdtest"
	"example.com/workshop/stage02-registry/registry"
)

func TestTheServerListensBeforeItIsListed(t *testing.T) {
	t.Parallel()
	r := watchRegistry(t)
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", r.url)
	registration := r.next(t, "/register")
	addr := p.Addr()
	requireServes(t, addr)
	require.Empty(t, r.store.Services())
	registration.goOn()
	said := p.Said("registered")
	in := r.store.Instances("Arith")[0]
	require.Equal(t, addr, in.Addr)
	require.Contains(t, said, "registered service=Arith id="+in.ID+" addr="+addr)
	require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)$`, in.Metadata["started"])
}

func TestTheServerServesWhileTheRegistryIsDown(t *testing.T) {
	t.Parallel()
	s := newStore()
	h := registry.Handler(s)
	up := make(chan struct{})
	url := serveRegistry(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-up:
			h.ServeHTTP(w, r)
		default:
			panic(http.ErrAbortHandler)
		}
	}))
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url)
	addr := p.Addr()
	require.Contains(t, p.Said("trying again until it works"), url)
	requireServes(t, addr)
	close(up)
	p.Said("the registry accepts it now")
	p.Said("registered")
	require.Equal(t, addr, s.Instances("Arith")[0].Addr)
}

func TestARegistryThatRefusesTheServerEndsIt(t *testing.T) {
	t.Parallel()
	url := serveRegistry(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`{"error":"too old","field":"version"}`))
	}))
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url)
	p.Addr()
	cmdtest.RequireOneLine(t, p.Wait(), 1, "arith-server: registry "+url+": version: too old")
}
