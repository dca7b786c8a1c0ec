package main

// alone are the arguments of a server that depends on no other process.
var alone = []string{"-registry", ""}

// documented are the flags that the help must list, and no others.
var documented = []string{
	"advertise", "beat", "delay", "faulty", "grpc", "id", "listen", "registry", "service", "tls-ca", "tls-cert", "tls-key",
	"transport", "ttl", "user", "version", "weight",
}
