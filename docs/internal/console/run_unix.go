//go:build unix

package console

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/workshop/docs/internal/text"
)

// Options say how commands are run.
type Options struct {
	Dir      string   // the folder in which the first command runs
	Env      []string // NAME=value pairs on top of the environment
	Isolated bool     // see package isolate
	Clone    string   // a folder that isolated commands find in the place of Root; empty for none
	Root     string
	Limit    time.Duration // for each command to end
	Wait     time.Duration // for a line of a process in the background to come
	Grace    time.Duration // for processes to stop at the end, before they are killed
}

// maxFailures is the number of failures after which a session is given up.
const maxFailures = 5

// Run runs the commands of a page in one bash and returns what differs from the page.
// When it returns, everything that they have started has ended; an error means that
// something has not, or that there is no bash.
func Run(page string, commands []Command, opts Options) (failures []text.Problem, err error) {
	sh, err := start(opts)
	if err != nil {
		return nil, err
	}
	s := session{shell: sh, opts: opts, starts: make(map[int]bool)}
	listens := true
	for i, c := range commands {
		// What the page shows of the background came after the last command that
		// shows something; at the beginning of a block, after the last one.
		if i > 0 && (commands[i-1].Block != c.Block || len(commands[i-1].Want) > 0) {
			s.from = s.last
		}
		problem, alive := s.run(c)
		if problem != "" {
			failures = append(failures, text.Problem{Path: page, Line: c.Line, Text: problem})
		}
		if listens = alive; !alive || len(failures) == maxFailures {
			break
		}
	}
	return failures, sh.close(listens, opts.Grace)
}

type session struct {
	*shell
	opts    Options
	process string       // the last one that was started in the background
	starts  map[int]bool // the commands that started some
	from    int          // the first line of the background that may still be shown
	last    int          // how many lines there were when the last command began
}

// run runs a command and compares what it prints. The problem is empty if all is
// as the page says; alive is false if the shell can run nothing more.
func (s *session) run(c Command) (problem string, alive bool) {
	s.last = s.count()
	number, err := s.send(c.Text)
	if err != nil {
		return fmt.Sprintf("$ %s\n    %v", c.Text, err), false
	}
	if err := s.finished(number, s.opts.Limit); err != nil {
		return s.report(c, number, err.Error()), false
	}
	process := s.lastStarted(number)
	s.starts[number] = process != s.process
	s.process = process

	timer := time.NewTimer(s.opts.Wait)
	defer timer.Stop()
	for {
		if s.compare(c, number) {
			return "", true
		}
		if s.process == "" { // nothing runs that could print the rest
			return s.report(c, number, ""), true
		}
		select {
		case <-s.changed:
		case <-timer.C:
			return s.report(c, number, ""), true
		}
	}
}

func (s *session) inBackground(command int) bool { return s.starts[command] }

// compare reports whether what has come is what the page shows.
func (s *session) compare(c Command, number int) bool {
	var own []string
	if !s.starts[number] {
		own = s.own(number)
	}
	background, indexes := s.background(s.from, s.inBackground)
	used, ok := align(c.Want, own, background)
	if !ok {
		return false
	}
	for i, u := range used {
		used[i] = indexes[u]
	}
	s.show(used)
	return true
}

// mostShown is how many lines of the background a report shows, the first and the last.
const mostShown = 12

// report describes what was wanted and what came.
func (s *session) report(c Command, number int, why string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "$ %s\n", strings.ReplaceAll(c.Text, "\n", "\n> "))
	if why != "" {
		fmt.Fprintf(&b, "  %s\n", why)
	}
	list := func(title string, lines []string) {
		fmt.Fprintf(&b, "  %s:\n", title)
		for _, line := range lines {
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	list("want", c.Want)
	if !s.starts[number] {
		list("got", s.own(number))
	}
	behind, _ := s.background(s.from, s.inBackground)
	var texts []string
	for _, l := range behind {
		texts = append(texts, l.text)
	}
	if more := len(texts) - 2*mostShown; more > 0 {
		texts = slices.Replace(texts, mostShown, mostShown+more, fmt.Sprintf("(%d lines more)", more))
	}
	if len(texts) > 0 {
		list("got from the background", texts)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
