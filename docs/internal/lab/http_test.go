package lab_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/lab"
)

// serve serves pages as the command does, and returns the address.
func serve(t *testing.T, pages func(host string) *lab.Web) (web *lab.Web, url string) {
	t.Helper()
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	web = pages(strings.TrimPrefix(server.URL, "http://"))
	server.Config.Handler = web.Handler()
	return web, server.URL
}

// ask makes a request; headers are names and values in turn.
func ask(t *testing.T, method, url, body string, headers ...string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(answer)
}

func token(t *testing.T, web *lab.Web) string {
	t.Helper()
	_, token, ok := strings.Cut(web.URL(), "?token=")
	require.True(t, ok)
	require.GreaterOrEqual(t, len(token), 26, "128 bits")
	return token
}

const join = `{"do":"join"}`

func TestOnlyWhoHasTheTokenMayAct(t *testing.T) {
	t.Parallel()
	l := start(t, 1)
	web, url := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	key := token(t, web)
	for name, headers := range map[string][]string{
		"no token":         {},
		"another token":    {"X-Lab-Token", strings.Repeat("A", len(key))},
		"another host":     {"X-Lab-Token", key, "Host", "evil.example:80"},
		"a site's page":    {"X-Lab-Token", key, "Origin", "https://evil.example"},
		"a page of no one": {"X-Lab-Token", key, "Origin", "null"},
	} {
		status, _ := ask(t, http.MethodPost, url+"/do", join, headers...)
		require.Equal(t, http.StatusForbidden, status, name)
	}
	frame := watch(t, l).until(t, "a frame", func(lab.Frame) bool { return true })
	require.Len(t, frame.Sides[0].Servers, lab.Servers)
	status, text := ask(t, http.MethodPost, url+"/do", join, "X-Lab-Token", key, "Origin", url)
	require.Equal(t, http.StatusOK, status, text)
	watch(t, l).until(t, "a fourth server", func(f lab.Frame) bool { return len(f.Sides[0].Servers) == lab.Servers+1 })
}

func TestNothingIsReadUnderAnotherName(t *testing.T) {
	t.Parallel()
	l := start(t, 1)
	_, url := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	for _, path := range []string{"/", "/meta", "/recording.json", "/frames"} {
		status, text := ask(t, http.MethodGet, url+path, "", "Host", "rebound.example")
		require.Equal(t, http.StatusForbidden, status, path)
		require.Contains(t, text, url)
	}
	status, _ := ask(t, http.MethodGet, url+"/meta", "", "Sec-Fetch-Site", "same-site") // a picture on another port's page
	require.Equal(t, http.StatusForbidden, status)
	status, text := ask(t, http.MethodGet, url+"/", "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, text, "<title>Lab</title>")
	require.NotContains(t, text, "token=", "the page does not hand its key out")
}

func TestWhatIsNoActionIsRefused(t *testing.T) {
	t.Parallel()
	l := start(t, 1)
	web, url := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	for body, want := range map[string]int{
		`{"do":"explode"}`:           http.StatusBadRequest,
		`{"do":"join","pid":1}`:      http.StatusBadRequest,
		join + join:                  http.StatusBadRequest,
		`[]`:                         http.StatusBadRequest,
		``:                           http.StatusBadRequest,
		strings.Repeat(" ", 5000):    http.StatusBadRequest,
		`{"do":"kill","server":"Z"}`: http.StatusConflict,
	} {
		status, _ := ask(t, http.MethodPost, url+"/do", body, "X-Lab-Token", token(t, web))
		require.Equal(t, want, status, body)
	}
	status, _ := ask(t, http.MethodGet, url+"/do", "", "X-Lab-Token", token(t, web))
	require.NotEqual(t, http.StatusOK, status)
}

func TestAPageThatIsOpenedLateIsToldWhatWasBefore(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	do(t, l, lab.Action{Do: "kill", Server: "C"})
	f.until(t, "C is dead", func(f lab.Frame) bool { return f.Sides[0].Servers[2].State == "dead" && f.Sides[0].Client.Total.OK > 0 })
	_, url := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	resp, err := http.Get(url + "/frames")
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	lines := bufio.NewReader(resp.Body)
	var got []string
	for len(got) < 5 {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		got = append(got, strings.TrimSpace(line))
	}
	require.Equal(t, "event: past", got[0])
	var past lab.Past
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(got[1], "data: ")), &past))
	require.Contains(t, past.Events[len(past.Events)-1].Text, "server C is killed")
	require.NotEmpty(t, past.Seconds[0])
	var frame lab.Frame
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(got[3], "data: ")), &frame))
	require.Equal(t, "dead", frame.Sides[0].Servers[2].State)
}

func TestARunIsSavedAndShownAgainWithoutProcesses(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	f.until(t, "calls", func(f lab.Frame) bool { return f.Sides[0].Client.Total.OK > 0 })
	_, url := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	status, saved := ask(t, http.MethodGet, url+"/recording.json", "")
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, lab.CheckRecording([]byte(saved)))

	web, url := serve(t, func(host string) *lab.Web { return lab.NewReplay([]byte(saved), host) })
	require.NotContains(t, web.URL(), "token", "there is nothing to act on")
	_, meta := ask(t, http.MethodGet, url+"/meta", "")
	require.Contains(t, meta, `"live":false`)
	_, again := ask(t, http.MethodGet, url+"/recording.json", "")
	require.Equal(t, saved, again)
	status, _ = ask(t, http.MethodPost, url+"/do", join, "X-Lab-Token", "")
	require.Equal(t, http.StatusForbidden, status)
}

func TestAFileThatIsNoRecordingIsNamedAsSuch(t *testing.T) {
	for text, want := range map[string]string{
		"":             "not a recording of the lab",
		"{}":           "a recording of format 0",
		`{"format":1}`: "a recording of nothing",
		`{"format":1,"meta":{"stages":[{}]},"frames":[{}]}`: "whose frames do not fit its stages",
	} {
		require.ErrorContains(t, lab.CheckRecording([]byte(text)), want)
	}
}
