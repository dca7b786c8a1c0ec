package main

// documented are the flags that the help must list, and no others.
var documented = []string{"addr", "every", "for", "json", "rate", "registry", "service", "timeout", "transport"}
