package main

// alone are the arguments of a server that depends on no other process.
var alone []string

// documented are the flags that the help must list, and no others.
var documented = []string{"delay", "faulty", "listen", "transport"}
