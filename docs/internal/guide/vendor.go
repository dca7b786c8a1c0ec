//go:build ignore

// Command vendor fetches a version of Mermaid from its npm package and keeps the
// script and its licence: go run vendor.go mermaid@12.3.0. It needs npm.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

// wanted are the files of the package, and where they go.
var wanted = map[string]string{
	"package/dist/mermaid.min.js": "vendored/mermaid/mermaid.min.js",
	"package/LICENSE":             "vendored/mermaid/LICENSE",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("vendor.go takes a package with its version, such as mermaid@12.3.0")
	}
	if err := vendor(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func vendor(pkg string) error {
	dir, err := os.MkdirTemp("", "vendor")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	npm := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, pkg)
	npm.Stderr = os.Stderr
	if err := npm.Run(); err != nil {
		return err
	}
	packed, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(packed) != 1 {
		return errors.New("npm packed no single archive")
	}
	file, err := os.Open(packed[0])
	if err != nil {
		return err
	}
	defer file.Close()
	return extract(file)
}

func extract(archive io.Reader) error {
	plain, err := gzip.NewReader(archive)
	if err != nil {
		return err
	}
	files := tar.NewReader(plain)
	found := 0
	for {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		to, ok := wanted[head.Name]
		if !ok {
			continue
		}
		var text bytes.Buffer
		if _, err := io.Copy(&text, files); err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, text.Bytes(), 0o644); err != nil {
			return err
		}
		found++
	}
	if found != len(wanted) {
		return errors.New("the package has not all the files that are wanted")
	}
	return nil
}
