package console

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/text"
)

// Rest stands for any lines, and within a line for any characters.
const Rest = "…"

// Command is a command of a page, and what should come.
type Command struct {
	Line  int      // where it stands on the page, from 1
	Block int      // which of the page's blocks it is part of
	Text  string   // as bash reads it; it may have several lines
	Want  []string // lines of output
}

// Parse returns the commands of all console blocks of a page, in order. Blocks marked
// "console norun" are checked for form, and left out.
func Parse(page text.Page) ([]Command, error) {
	var all []Command
	var errs []error
	for i, block := range page.Blocks {
		words := block.Words()
		if block.Kind() != "console" {
			continue
		}
		fail := func(line int, format string, args ...any) {
			errs = append(errs, errors.New(text.Problem{Path: page.Path, Line: line, Text: fmt.Sprintf(format, args...)}.String()))
		}
		runs := len(words) == 1
		if !runs && !slices.Equal(words[1:], []string{"norun"}) {
			fail(block.Line, "a block is console or console norun, not %s", block.Info)
			continue
		}
		commands, bad := parse(block.Lines)
		if bad >= 0 {
			fail(block.Line+1+bad, "a console block begins with a command: $ and a space")
			continue
		}
		if len(commands) == 0 {
			fail(block.Line, "the block has no command")
		}
		for _, c := range commands {
			c.Line, c.Block = c.Line+block.Line+1, i
			if runs {
				all = append(all, c)
			}
		}
	}
	return all, errors.Join(errs...)
}

// parse reads the lines of one block. Bad is the index of a line of output
// without a command; -1 if there is none.
func parse(lines []string) (commands []Command, bad int) {
	goesOn := false // the last line is a command that may have more lines
	for i, line := range lines {
		line = strings.TrimRight(line, " \t\r")
		var last *Command
		if len(commands) > 0 {
			last = &commands[len(commands)-1]
		}
		more, continued := strings.CutPrefix(line, "> ")
		if line == ">" {
			more, continued = "", true
		}
		command, begins := strings.CutPrefix(line, "$ ")
		switch {
		case goesOn && continued, goesOn && strings.HasSuffix(last.Text, `\`):
			last.Text += "\n" + more
		case begins:
			commands = append(commands, Command{Line: i, Text: command})
			goesOn = true
		case last == nil:
			return nil, i
		default:
			last.Want = append(last.Want, line)
			goesOn = false
		}
	}
	return commands, -1
}
