package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// golang checks that the go command that works in the repository is no older
// than go.work asks for.
func (m Machine) golang(ctx context.Context) []Finding {
	needed, err := m.needed()
	if err != nil {
		return []Finding{{Missing, "go.work does not say which Go it needs: " + err.Error(), "restore it:", "git checkout go.work"}}
	}
	do := fmt.Sprintf("install Go %s or newer from https://go.dev/dl", strings.TrimPrefix(needed, "go"))
	have, err := m.Run(ctx, m.Root, []string{offline}, "go", "env", "GOVERSION")
	if err != nil {
		return []Finding{{Missing, "the go command does not work: " + err.Error(), do, ""}}
	}
	have = strings.TrimSpace(have)
	name := "Go " + strings.TrimPrefix(have, "go")
	if version.IsValid(have) && version.Compare(have, needed) < 0 {
		return []Finding{{Missing, name + " is too old", do, ""}}
	}
	return []Finding{{State: Good, What: name}}
}

// goLine matches the version that go.work asks for.
var goLine = regexp.MustCompile(`(?m)^go\s+(\S+)`)

func (m Machine) needed() (string, error) {
	text, err := os.ReadFile(filepath.Join(m.Root, "go.work"))
	if err != nil {
		return "", err
	}
	match := goLine.FindSubmatch(text)
	if match == nil {
		return "", errors.New("it has no go line")
	}
	return "go" + string(match[1]), nil
}

// git is needed to fetch the workshop and to compare, but not to run it.
func (m Machine) git(ctx context.Context) []Finding {
	text, err := m.Run(ctx, m.Root, nil, "git", "--version")
	if err != nil {
		return []Finding{{
			State: Worse, What: "git does not work: " + err.Error(),
			Do: "install it from https://git-scm.com: the workshop runs without git, but you need it to keep your own work",
		}}
	}
	return []Finding{{State: Good, What: strings.TrimSpace(strings.Replace(text, " version", "", 1))}}
}

// complaint is the first line that says something.
func complaint(stderr []byte) string {
	for line := range bytes.Lines(stderr) {
		if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.HasPrefix(line, []byte("#")) {
			return string(line)
		}
	}
	return "it gave no reason"
}
