package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/workshop/stage05-etcd/internal/cli"
)

// remembered returns the addresses at which the nodes reached one another when they last
// had this data. If there are none, it returns fresh and records that beside the data.
// Nodes store one another's URLs with their data, and use no others.
func remembered(root, scheme string, fresh []string) ([]string, error) {
	file, prefix := filepath.Join(root, "peers"), scheme+"://"
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(root, 0o700); err != nil {
			return nil, err
		}
		return fresh, os.WriteFile(file, []byte(prefix+strings.Join(fresh, "\n"+prefix)+"\n"), 0o600)
	}
	if err != nil {
		return nil, err
	}
	addrs := strings.Fields(string(text))
	if len(addrs) != len(fresh) {
		return nil, cli.Usagef("-data %s is of %d nodes, not of %d", root, len(addrs), len(fresh))
	}
	for i, url := range addrs {
		addr, ok := strings.CutPrefix(url, prefix)
		if !ok {
			return nil, cli.Usagef("-data %s is of nodes that find one another at %s, and not by %s: start them as before, with the TLS flags or without", root, url, scheme)
		}
		addrs[i] = addr
	}
	return addrs, nil
}
