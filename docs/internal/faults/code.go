package faults

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// played are the commands that a cell runs.
var played = []string{"cmd/arith-server", "cmd/arith-client", "cmd/registry", "cmd/etcd"}

// Code returns a hash of the code of a stage's commands: the declarations of their
// packages and of the stage's packages that they import. It does not depend on comments,
// formatting, imports, tests, file names, or packages of other modules.
func Code(root string, s stages.Stage) (string, error) {
	tree, err := stages.ReadTree(filepath.Join(root, s.Dir))
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, dir := range imported(tree, played) {
		var declared []string
		for _, file := range sources(tree, dir) {
			more, err := declarations(tree[file])
			if err != nil {
				return "", fmt.Errorf("%s/%s: %w", s.Dir, file, err)
			}
			declared = append(declared, more...)
		}
		slices.Sort(declared)
		fmt.Fprintf(hash, "%s\n%s\n", dir, strings.Join(declared, "\n"))
	}
	return hex.EncodeToString(hash.Sum(nil)[:8]), nil
}

// sources returns the Go files of a folder's package, tests left out, sorted.
func sources(tree stages.Tree, dir string) []string {
	var files []string
	for _, file := range slices.Sorted(maps.Keys(tree)) {
		if path.Dir(file) == dir && path.Ext(file) == ".go" && !strings.HasSuffix(file, "_test.go") {
			files = append(files, file)
		}
	}
	return files
}

// imported returns folders, and those of all packages of the stage that they
// import, directly or not, sorted.
func imported(tree stages.Tree, dirs []string) []string {
	all := make(map[string]bool)
	for todo := slices.Clone(dirs); len(todo) > 0; {
		dir := todo[0]
		todo = todo[1:]
		if all[dir] {
			continue
		}
		all[dir] = true
		for _, file := range sources(tree, dir) {
			parsed, err := parser.ParseFile(token.NewFileSet(), "", tree[file], parser.ImportsOnly)
			if err != nil {
				continue // declarations reports it
			}
			for _, spec := range parsed.Imports {
				name, _ := strconv.Unquote(spec.Path.Value) // it has been parsed
				if below, ours := strings.CutPrefix(name, stages.Module+"/"); ours {
					todo = append(todo, below)
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// declarations returns each declaration of a file but its imports, as its
// tokens.
func declarations(text string) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			continue
		}
		from, to := files.Position(decl.Pos()).Offset, files.Position(decl.End()).Offset
		all = append(all, tokens(text[from:to]))
	}
	return all, nil
}

// tokens returns a text's tokens with a space between two, comments left out.
func tokens(text string) string {
	var all []string
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile("", files.Base(), len(text)), []byte(text), nil, 0)
	for {
		_, tok, literal := s.Scan()
		switch {
		case tok == token.EOF:
			return strings.Join(all, " ")
		case tok == token.SEMICOLON:
			literal = ";" // it says whether it was written or is the end of a line
		case literal == "":
			literal = tok.String()
		}
		all = append(all, literal)
	}
}
