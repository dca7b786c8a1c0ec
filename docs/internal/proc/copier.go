package proc

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// copierEnv is set for a process that go run starts in place of a stage's command, in
// order to copy that.
const copierEnv = "WORKSHOP_COPIER"

// Copier copies a file, and does not return, if Build has had the go command start this
// process for that. The program's main calls it before anything else.
func Copier() {
	if os.Getenv(copierEnv) == "" {
		return
	}
	if err := copyExecutable(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func copyExecutable(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// execFlag returns the value of the go command's -exec that makes this program the
// copier. The go command accepts either quote around a path, and no escape.
func execFlag() (string, error) {
	self, err := os.Executable()
	switch {
	case os.Getenv(copierEnv) != "":
		return "", errors.New("this program builds, and so its main must call proc.Copier")
	case err != nil:
		return "", err
	case !strings.Contains(self, `"`):
		return `"` + self + `"`, nil
	case !strings.Contains(self, "'"):
		return "'" + self + "'", nil
	}
	return "", fmt.Errorf("the go command cannot be told of %s, whose path has both kinds of quotes", self)
}
