package guide

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

// OpenBrowser opens an address in the user's browser.
func OpenBrowser(ctx context.Context, url string) error {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	if err := exec.CommandContext(ctx, name, args...).Run(); err != nil {
		return fmt.Errorf("cannot open a browser: %s: %w; open %s in one", name, err, url)
	}
	return nil
}
