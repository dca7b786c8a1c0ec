//go:build browser

package browsertest

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// AxeEnv is the environment variable with the path of axe-core's script. Without it,
// accessibility is not tested.
const AxeEnv = "AXE_CORE"

// RequireAccessible lets axe-core look at the page for what is serious. Without
// axe-core it does nothing, but not where CI runs.
func (b *Browser) RequireAccessible(t *testing.T, where string) {
	t.Helper()
	file := os.Getenv(AxeEnv)
	if file == "" {
		require.Empty(t, os.Getenv("CI"), "%s must name axe-core's script", AxeEnv)
		return
	}
	script, err := os.ReadFile(file)
	require.NoError(t, err)
	b.Run(t, chromedp.Evaluate[chromedp.Void](string(script)+"\n;0"))
	ctx, cancel := context.WithTimeout(b.Ctx, time.Minute)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations
		.filter((v) => v.impact === 'serious' || v.impact === 'critical')
		.map((v) => v.id + ': ' + v.help + '\n' + v.nodes.slice(0, 5).map((n) => n.html.slice(0, 200) + '\n' + n.failureSummary).join('\n')))`,
		chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.Empty(t, strings.Join(found, "\n"), where)
}
