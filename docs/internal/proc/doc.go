// Package proc builds a stage's commands and runs them as child processes that
// never outlive the parent (after a SIGKILL of the parent, on Linux alone).
//
// The one rule: every process is started through a [Group], and whoever made
// the group closes it. Close asks politely, waits for the grace period, kills
// what is left, and returns when nothing runs any more.
package proc
