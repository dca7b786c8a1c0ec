package guide

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:generate go run vendor.go mermaid@12.3.0

//go:embed vendored/mermaid
var vendoredFiles embed.FS

var tags cache[string] // of assets, by name

// serveAsset serves a style, a script or a picture of the pages.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	text, err := readAsset(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	tag, _ := tags.get(name, func() (string, error) {
		sum := sha256.Sum256(text)
		return `"` + hex.EncodeToString(sum[:8]) + `"`, nil
	})
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache") // ask whether it is still the same
	http.ServeContent(w, r, path.Base(name), time.Time{}, bytes.NewReader(text))
}

func readAsset(name string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(name, "mermaid/"); ok {
		return vendoredFiles.ReadFile("vendored/mermaid/" + rest)
	}
	if path.Ext(name) == ".html" {
		return nil, fs.ErrNotExist
	}
	return pageFiles.ReadFile("page/" + name)
}
