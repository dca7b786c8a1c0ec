package text

import (
	"regexp"
	"strings"
)

// Block is a block of code between fences.
type Block struct {
	Info   string // what stands behind the opening fence
	Line   int    // of the opening fence, from 1
	Lines  []string
	Open   bool   // the page ends before the block does
	indent string // of the fences
	from   int    // where its lines begin in the text
	to     int    // and where they end
}

// Words are the words of the block's info string.
func (b Block) Words() []string { return strings.Fields(b.Info) }

// Kind is the first word of the block's info string.
func (b Block) Kind() string {
	if words := b.Words(); len(words) > 0 {
		return words[0]
	}
	return ""
}

// content returns lines of text as they stand between the block's fences.
func (b Block) content(lines string) string {
	if lines == "" {
		return ""
	}
	var out strings.Builder
	for line := range strings.SplitSeq(lines, "\n") {
		if line != "" {
			out.WriteString(b.indent + line)
		}
		out.WriteString("\n")
	}
	return out.String()
}

// fence matches a line that opens or closes a block.
var fence = regexp.MustCompile("^([ \t]*)(```+|~~~+)([^`\n]*)$")

// blocks returns the fenced blocks of a page, and its text without them.
func blocks(markdown string) (all []Block, prose string) {
	var text strings.Builder
	var open *Block
	var mark string
	offset, number := 0, 0
	for line := range strings.SplitAfterSeq(markdown, "\n") {
		number++
		bare := strings.TrimSuffix(line, "\n")
		match := fence.FindStringSubmatch(bare)
		switch {
		case open == nil && match == nil:
			text.WriteString(line)
			offset += len(line)
			continue
		case open == nil:
			open = &Block{Info: strings.TrimSpace(match[3]), Line: number, indent: match[1], from: offset + len(line)}
			mark = match[2]
		case match != nil && strings.HasPrefix(match[2], mark) && strings.TrimSpace(match[3]) == "":
			open.to = offset
			all = append(all, *open)
			open = nil
		default:
			open.Lines = append(open.Lines, strings.TrimPrefix(bare, open.indent))
		}
		text.WriteString(blank(line))
		offset += len(line)
	}
	if open != nil {
		open.Open, open.to = true, offset
		all = append(all, *open)
	}
	return all, text.String()
}

// blank returns a line of spaces, as long as line.
func blank(line string) string {
	bare := strings.TrimSuffix(line, "\n")
	return strings.Repeat(" ", len(bare)) + line[len(bare):]
}

// span matches code within a line.
var span = regexp.MustCompile("`+[^`\n]+`+")

// withoutSpans returns a prose with the code within its lines blanked out.
func withoutSpans(prose string) string { return span.ReplaceAllStringFunc(prose, blank) }
