// Package console plays the commands that a page shows and compares what they
// print with what the page says.
//
// A block of Markdown whose fence says console is a piece of a terminal: lines
// that begin with "$ " are commands, the others are what comes. All blocks of a
// page are one session: the commands run in order in one bash, in a fresh clone,
// in the folder of the page's stage.
//
// The one rule: a page that shows something else than what comes fails. What
// differs from run to run is matched by its form; see [Match].
package console
