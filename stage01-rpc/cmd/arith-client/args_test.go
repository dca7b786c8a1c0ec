package main

// documented are the flags that the help must list, and no others.
var documented = []string{"addr", "every", "for", "json", "rate", "timeout", "transport"}
