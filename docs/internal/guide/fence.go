package guide

import (
	"fmt"
	"html"
	"path"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// fence is what the line above a block of code says about it.
type fence struct {
	language  string
	file      string // from the repository's root; empty for a block of no file
	decls     []string
	broken    string // the name of the break that it shows
	naive     bool   // it shows a mistake
	signature bool   // its bodies are left to the reader
}

// readFence reads an info string, such as
// "go stage03-heartbeat/registry/store_lease.go Store.find".
func readFence(info string) fence {
	fields := strings.Fields(info)
	if len(fields) == 0 {
		return fence{}
	}
	f := fence{language: fields[0]}
	if f.language != "go" || len(fields) == 1 {
		return f
	}
	rest := fields[2:]
	switch name, isBreak := strings.CutPrefix(fields[1], "break:"); {
	case isBreak:
		f.broken, f.naive = name, true
	case fields[1] == "naive":
		f.naive = true
	case strings.Contains(fields[1], "/"), strings.HasSuffix(fields[1], ".go"):
		f.file = fields[1]
	}
	if n := len(rest); n > 0 && rest[n-1] == "signature" {
		f.signature, rest = true, rest[:n-1]
	}
	f.decls = rest
	return f
}

// anchor returns the block's anchor, before it is made unique.
func (f fence) anchor() string {
	switch {
	case len(f.decls) > 0:
		return "code-" + strings.ReplaceAll(f.decls[0], ".", "-")
	case f.file != "":
		return "code-" + slug(strings.TrimSuffix(path.Base(f.file), ".go"))
	case f.language == "console":
		return "console"
	}
	return "code"
}

func (r *rendering) fenced(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := n.(*ast.FencedCodeBlock)
	info := ""
	if block.Info != nil {
		info = string(block.Info.Value(r.source))
	}
	text := string(block.Lines().Value(r.source))
	f := readFence(info)
	if f.language == "mermaid" {
		r.doc.Diagrams = true
		fmt.Fprintf(w, `<pre class="mermaid" tabindex="0">%s</pre>`+"\n", html.EscapeString(text))
		return ast.WalkSkipChildren, nil
	}
	r.code(w, f, text)
	return ast.WalkSkipChildren, nil
}

// indented draws a block that is marked by its indentation alone.
func (r *rendering) indented(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		r.code(w, fence{}, string(n.Lines().Value(r.source)))
	}
	return ast.WalkSkipChildren, nil
}

// code draws a block of code with a caption, which says where it stands.
func (r *rendering) code(w util.BufWriter, f fence, text string) {
	id := r.anchors.next(f.anchor())
	class := "code"
	if f.naive {
		class += " naive"
	}
	if f.language == "console" {
		class += " console"
	}
	fmt.Fprintf(w, `<figure class="%s" id="%s">`, class, html.EscapeString(id))
	r.caption(w, f, id)
	_, _ = w.WriteString(`<pre tabindex="0"><code>`)
	if f.language == "console" {
		writeConsole(w, text)
	} else {
		_, _ = w.WriteString(strings.Join(highlight(f.language, text), "\n"))
	}
	_, _ = w.WriteString("</code></pre></figure>\n")
}

func (r *rendering) caption(w util.BufWriter, f fence, id string) {
	say := func(key string, args ...any) string { return html.EscapeString(r.words.say(key, args...)) }
	_, _ = w.WriteString(`<figcaption>`)
	if f.file != "" {
		url := "/" + f.file
		if len(f.decls) > 0 {
			url += "#" + f.decls[0]
		}
		dir, file := path.Split(f.file)
		fmt.Fprintf(w, `<a class="file" href="%s">%s<b>%s</b></a>`, html.EscapeString(url), html.EscapeString(dir), html.EscapeString(file))
	}
	if f.broken != "" {
		fmt.Fprintf(w, `<span class="file">%s</span>`, say("break", f.broken))
	} else if f.naive {
		fmt.Fprintf(w, `<span class="note">%s</span>`, say("naive"))
	}
	if f.signature {
		fmt.Fprintf(w, `<span class="note">%s</span>`, say("to-write"))
	}
	fmt.Fprintf(w, `<a class="anchor" href="#%s" aria-label="%s">#</a></figcaption>`, html.EscapeString(id), say("link-to", id))
}
