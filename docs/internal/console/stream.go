package console

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"sync"
)

// transcript is what the commands of a session print. A process in the
// background goes on writing to the stream of the command that started it.
type transcript struct {
	mark    string        // ends the lines that a command itself has printed
	changed chan struct{} // holds something after a change
	mu      sync.Mutex    // guards the fields below
	lines   []line        // of all streams, in the order in which they came
	ended   map[int]string
}

// line is a line that a command, or a process that it started, has printed.
type line struct {
	command int // its number
	text    string
	behind  bool // it came after the command's end
	used    bool // the page shows it
}

func newTranscript(mark string) *transcript {
	return &transcript{mark: mark, changed: make(chan struct{}, 1), ended: make(map[int]string)}
}

// shellSays matches what bash says of a process in the background that was
// killed. A terminal shows it in another form, and later.
var shellSays = regexp.MustCompile(`: line \d+: +\d+ (Killed|Terminated|Stopped|Interrupt|Hangup|Done)\b`)

// read reads the stream of a command until it is closed.
func (t *transcript) read(command int, r io.Reader) {
	stream := bufio.NewReader(r)
	for {
		text, err := stream.ReadString('\n')
		if err != nil {
			return
		}
		t.add(command, strings.TrimRight(text, "\r\n"))
	}
}

func (t *transcript) add(command int, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before, status, end := strings.Cut(text, t.mark)
	if (before != "" || !end) && !shellSays.MatchString(before) {
		_, ended := t.ended[command]
		t.lines = append(t.lines, line{command: command, text: before, behind: ended})
	}
	if end {
		t.ended[command] = strings.TrimSpace(status)
	}
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// status is what the shell said at a command's end; false while it runs.
func (t *transcript) status(command int) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	status, ok := t.ended[command]
	return status, ok
}

// count is how many lines there are.
func (t *transcript) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.lines)
}

// own returns what a command itself has printed.
func (t *transcript) own(command int) (texts []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.lines {
		if l.command == command && !l.behind {
			texts = append(texts, l.text)
		}
	}
	return texts
}

// background returns the lines, from number from on, that no page has shown yet
// and that processes in the background have printed: all that came after the end
// of a command, and all of those that started some. The indexes are those of
// use.
func (t *transcript) background(from int, starts func(command int) bool) (texts []string, indexes []int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, l := range t.lines[from:] {
		if !l.used && (l.behind || starts(l.command)) {
			texts, indexes = append(texts, l.text), append(indexes, from+i)
		}
	}
	return texts, indexes
}

// use notes that the page shows some lines.
func (t *transcript) use(indexes []int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, i := range indexes {
		t.lines[i].used = true
	}
}
