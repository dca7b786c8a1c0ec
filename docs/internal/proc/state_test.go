//go:build unix

package proc_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// state is the letter that the system gives for a process: R, S, T (stopped), Z
// (dead, not collected), or "" if there is no such process.
func state(pid int) string {
	if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		_, after, _ := strings.Cut(string(stat), ") ") // the name before it may hold anything
		return after[:1]
	}
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	if err != nil || len(out) == 0 {
		return ""
	}
	return strings.TrimSpace(string(out))[:1]
}
