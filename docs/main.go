// Command docs is the workshop's guide. It serves the chapters as pages, runs the
// stages and shows what each one changes:
//
//	go run ./docs
//	go run ./docs doctor
//	go run ./docs demo 3
//	go run ./docs diff 2
//	go run ./docs faults -stage 4
package main

import (
	"os"

	"example.com/workshop/docs/internal/cli"
	"example.com/workshop/docs/internal/proc"
)

func main() {
	proc.Copier()
	os.Exit(cli.Main(pages, os.Args[1:]))
}
