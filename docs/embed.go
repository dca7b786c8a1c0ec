package main

import "embed"

// pages is the workshop's text, which the guide serves. A further language is a
// folder of it.
//
//go:embed *.md
var pages embed.FS
