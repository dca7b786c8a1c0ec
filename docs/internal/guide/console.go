package guide

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// writeConsole draws commands apart from their output: a line that begins with "$ " is a
// command. The command continues in lines that begin with "> ", and in the line after a
// backslash; the rest is output.
func writeConsole(w io.Writer, text string) {
	typed := false // the line before was a command's
	more := false  // and ended in a backslash
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		prompt, command := "", line
		for _, p := range []string{"$ ", "> "} {
			if rest, ok := strings.CutPrefix(line, p); ok && (p == "$ " || typed) {
				prompt, command = p, rest
			}
		}
		if typed = prompt != "" || more; !typed {
			fmt.Fprintf(w, "<samp>%s</samp>\n", html.EscapeString(line))
			continue
		}
		if prompt != "" {
			fmt.Fprintf(w, "<i>%s</i>", html.EscapeString(prompt))
		}
		fmt.Fprintf(w, "<kbd>%s\n</kbd>", html.EscapeString(command))
		more = strings.HasSuffix(command, `\`)
	}
}
