// Package term writes for people: colour where there is a terminal, plain text
// in a pipe, lines that fit 80 columns.
package term

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
)

// Width is the number of columns that output fits into.
const Width = 80

// Screen is where a command writes for people.
type Screen struct {
	io.Writer
	Live  bool // a terminal: a line can be written over
	Color bool // a terminal, and the user wants colour
}

// New looks at w: only the program's own standard output on a terminal gets
// colour, unless NO_COLOR is set or the terminal is dumb.
func New(w io.Writer) *Screen {
	if f, ok := w.(interface{ Fd() uintptr }); !ok || f.Fd() != os.Stdout.Fd() {
		return &Screen{Writer: w}
	}
	return &Screen{Writer: w, Live: isatty.IsTerminal(os.Stdout.Fd()), Color: !color.NoColor}
}

// Bold is for headings.
func (s *Screen) Bold(text string) string { return s.paint(text, color.Bold) }

// Dim is for what matters less.
func (s *Screen) Dim(text string) string { return s.paint(text, color.Faint) }

// Red is for what failed, or is gone.
func (s *Screen) Red(text string) string { return s.paint(text, color.FgRed) }

// Green is for what is right, or is new.
func (s *Screen) Green(text string) string { return s.paint(text, color.FgGreen) }

// Yellow is for what happens.
func (s *Screen) Yellow(text string) string { return s.paint(text, color.FgYellow) }

// Cyan is for places in a file.
func (s *Screen) Cyan(text string) string { return s.paint(text, color.FgCyan) }

func (s *Screen) paint(text string, how color.Attribute) string {
	if !s.Color || text == "" {
		return text
	}
	c := color.New(how)
	c.EnableColor()
	return c.Sprint(text)
}

// Wrap breaks text into lines of at most width columns, at spaces.
func Wrap(text string, width int) string {
	var out strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > width:
			out.WriteByte('\n')
			column = 0
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += n
	}
	return out.String()
}
