package lab_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/lab"
	"example.com/workshop/docs/internal/stages"
)

// hosting is a host of labs of fake stages, and its address.
func hosting(t *testing.T, build func(context.Context) error) (*lab.Host, string) {
	t.Helper()
	h := lab.NewHost(lab.Options{
		Root: t.TempDir(), TTL: ttl, Stages: stages.All(),
		Build: func(ctx context.Context, _, out string, _ func(time.Duration)) error {
			if err := build(ctx); err != nil {
				return err
			}
			return fakestage.Install(out, fakestage.Options{})
		},
	})
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return h, server.URL
}

func atOnce(context.Context) error { return nil }

// state is what a host says of itself.
func state(t *testing.T, url string) (lab.HostState, []lab.Stage) {
	t.Helper()
	status, text := ask(t, http.MethodGet, url+"/meta", "")
	require.Equal(t, http.StatusOK, status)
	var m lab.Meta
	require.NoError(t, json.Unmarshal([]byte(text), &m))
	require.Len(t, m.Host.Stages, len(stages.All()))
	return m.Host.State, m.Stages
}

func TestNoLinkStartsTheGuidesLab(t *testing.T) {
	t.Parallel()
	h, url := hosting(t, func(context.Context) error { panic("it is built") })
	key := []string{"X-Lab-Token", h.Token()}
	for _, path := range []string{"/?stage=3&script=server-crash&token=" + h.Token(), "/meta?stage=3", "/lab.js"} {
		status, text := ask(t, http.MethodGet, url+path, "", key...)
		require.Equal(t, http.StatusOK, status, path)
		require.NotContains(t, text, h.Token(), "the page does not hand its key out")
	}
	for _, path := range []string{"/start", "/end", "/do", "/frames"} {
		status, _ := ask(t, http.MethodGet, url+path+"?stages=3", "", key...)
		require.NotEqual(t, http.StatusOK, status, path)
	}
	for body, headers := range map[string][]string{
		`{"stages":[3]}`:              {},
		`{"stages":[4]}`:              {"X-Lab-Token", strings.Repeat("A", len(h.Token()))},
		`{"stages":[]}`:               key,
		`{"stages":[3,4,5]}`:          key,
		`{"stages":[9]}`:              key,
		`{"stages":[3],"script":"x"}`: key,
	} {
		status, _ := ask(t, http.MethodPost, url+"/start", body, headers...)
		require.Contains(t, []int{http.StatusForbidden, http.StatusBadRequest}, status, body)
	}
	now, _ := state(t, url)
	require.Equal(t, lab.Idle, now)
}

func TestTheGuideHasOneLabAtATimeAndMayHaveAnother(t *testing.T) {
	t.Parallel()
	h, url := hosting(t, atOnce)
	post := func(where, body string) (int, string) {
		return ask(t, http.MethodPost, url+where, body, "X-Lab-Token", h.Token())
	}
	status, text := post("/start", `{"stages":[3,1]}`)
	require.Equal(t, http.StatusOK, status, text)
	now, running := state(t, url)
	require.Equal(t, lab.Runs, now)
	require.Equal(t, []int{3, 1}, []int{running[0].Number, running[1].Number})
	status, text = post("/start", `{"stages":[4]}`)
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, text, "a lab runs already")
	status, text = post("/do", join)
	require.Equal(t, http.StatusOK, status, text)
	status, _ = ask(t, http.MethodPost, url+"/do", join)
	require.Equal(t, http.StatusForbidden, status)
	status, _ = ask(t, http.MethodPost, url+"/end", "")
	require.Equal(t, http.StatusForbidden, status)
	now, _ = state(t, url)
	require.Equal(t, lab.Runs, now)

	frames, err := http.Get(url + "/frames")
	require.NoError(t, err)
	defer frames.Body.Close()
	status, _ = post("/end", "")
	require.Equal(t, http.StatusOK, status)
	_, err = frames.Body.Read(make([]byte, 1<<20)) // what was sent before
	require.NoError(t, err)
	now, running = state(t, url)
	require.Equal(t, lab.Idle, now)
	require.Empty(t, running)
	status, _ = post("/do", join)
	require.Equal(t, http.StatusConflict, status)
	status, _ = post("/end", "")
	require.Equal(t, http.StatusOK, status, "nothing is left to end")

	status, text = post("/start", `{"stages":[4]}`)
	require.Equal(t, http.StatusOK, status, text)
	_, running = state(t, url)
	require.Equal(t, 4, running[0].Number)
}

func TestTheGuidesEndBreaksOffAStart(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	h, url := hosting(t, func(ctx context.Context) error {
		close(began)
		<-ctx.Done()
		return context.Cause(ctx)
	})
	s, err := stages.Find(stages.All(), 3)
	require.NoError(t, err)
	started := make(chan error)
	go func() { started <- h.Start(s) }()
	<-began
	now, _ := state(t, url)
	require.Equal(t, lab.Starting, now)
	require.ErrorIs(t, h.Start(s), lab.ErrBusy)
	closed := make(chan error)
	go func() { closed <- h.Close() }()
	require.ErrorIs(t, <-started, context.Canceled)
	require.NoError(t, <-closed)
	now, _ = state(t, url)
	require.Equal(t, lab.Closed, now)
	require.EqualError(t, h.Start(s), "the guide is ending")
}

func TestNothingIsBuiltForAGuideThatIsEnding(t *testing.T) {
	t.Parallel()
	h, _ := hosting(t, func(context.Context) error { panic("it is built") })
	h.Cancel()
	s, err := stages.Find(stages.All(), 3)
	require.NoError(t, err)
	require.EqualError(t, h.Start(s), "the guide is ending")
}

func TestAHostThatIsClosedLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	h, _ := hosting(t, atOnce)
	s, err := stages.Find(stages.All(), 1)
	require.NoError(t, err)
	require.NoError(t, h.Start(s))
	left, err := filepath.Glob(filepath.Join(tmp, "workshop-*"))
	require.NoError(t, err)
	require.NotEmpty(t, left)
	require.NoError(t, h.Close())
	entries, err := os.ReadDir(tmp)
	require.NoError(t, err)
	require.Empty(t, entries)
}
