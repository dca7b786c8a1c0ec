// Package isolate runs a command where there is no network but loopback, and
// where no process outlives it: in network, process and mount namespaces of its
// own, which only Linux has. The documented ports are free there, whatever else
// runs on the machine.
//
// The one rule: the program that uses it calls Main before anything else, for
// the command begins as a copy of it that sets loopback up.
package isolate
