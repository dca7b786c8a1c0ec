package proc_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"

	"example.com/workshop/docs/internal/proc"
)

func deep(n int) {
	if n == 0 {
		panic("no space left")
	}
	deep(n - 1)
}

// TestMain lets the test binary play the child: with CHILD set it acts out that
// part and never runs a test. It also plays what the go command starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 3 && os.Args[1] == recorder {
		record(os.Args[2], os.Args[3:])
	}
	proc.Copier()
	part, ok := children[os.Getenv("CHILD")]
	if !ok {
		os.Exit(m.Run())
	}
	part()
}

// children are the parts that the test binary can play as a child process.
var children = map[string]func(){
	"listens": func() {
		untilInterrupted(func() { fmt.Println("listening 127.0.0.1:1,127.0.0.1:2") })
		fmt.Println("goodbye")
	},
	"stubborn": func() {
		signal.Ignore(os.Interrupt)
		fmt.Println("listening 127.0.0.1:1")
		select {}
	},
	"builds": func() { // the module and the folder that its arguments name
		if err := proc.Build(noDeadline, os.Args[1], os.Args[2], nil); err != nil {
			panic(err)
		}
	},
	"mute":   func() { untilInterrupted(func() {}) },
	"chatty": func() { untilInterrupted(func() { fmt.Println("hello there") }) },
	"fails": func() {
		fmt.Fprintln(os.Stderr, "a first line")
		fmt.Fprintln(os.Stderr, "the port is taken")
		os.Exit(3)
	},
	"panics": func() {
		deep(100) // or its stack is short
	},
	"threadless": func() {
		fmt.Fprintln(os.Stderr, "runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT: abort")
		fmt.Fprintln(os.Stderr, strings.Repeat("r8 0x0\n", 300))
		os.Exit(2)
	},
	"verbose": func() {
		for n := range 30 {
			fmt.Fprintln(os.Stderr, "line", n)
		}
		fmt.Fprint(os.Stderr, strings.Repeat("x", 1<<16), "\r\nno line end")
	},
	"echoes": func() { // answers each line of its input: proof that it runs
		fmt.Println("listening 127.0.0.1:1")
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			fmt.Println("echo", in.Text())
		}
	},
	// A parent that starts a stubborn child the way that a demo does, and tells
	// its number.
	"parent": func() {
		group := proc.NewGroup(0)
		child, _, err := group.Listen(noDeadline, command("stubborn"))
		if err != nil {
			panic(err)
		}
		fmt.Println("listening 127.0.0.1:1")
		fmt.Println("child", child.PID())
		select {}
	},
	// A launcher whose own child stays in its process group, as a program that
	// starts three nodes does.
	"launcher": func() {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CHILD=stubborn")
		if err := cmd.Start(); err != nil {
			panic(err)
		}
		fmt.Println("listening 127.0.0.1:1")
		fmt.Println("child", cmd.Process.Pid)
		select {}
	},
}

// untilInterrupted calls ready once it can hear an interrupt, and returns after
// one.
func untilInterrupted(ready func()) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	ready()
	<-interrupted
}

// command is the test binary in the named part.
func command(part string) proc.Command {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return proc.Command{Name: part, Path: self, Env: []string{"CHILD=" + part, "GORACE=atexit_sleep_ms=0"}}
}

// lines is a writer that delivers what is written to it line by line.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		l <- strings.TrimSpace(line)
	}
	return len(p), nil
}
