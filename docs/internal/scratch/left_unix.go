//go:build unix

package scratch

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// endLeft kills the processes whose program lies in a folder that was left behind. On
// Linux they have ended with their parent; other systems let them run on.
func endLeft(dir string) {
	list, err := exec.Command("ps", "-axo", "pid=,args=").Output()
	if err != nil {
		return // there is no ps here
	}
	for line := range strings.Lines(string(list)) {
		text, args, _ := strings.Cut(strings.TrimSpace(line), " ")
		pid, err := strconv.Atoi(text)
		if err == nil && strings.HasPrefix(strings.TrimSpace(args), dir+string(filepath.Separator)) {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
		}
	}
}
