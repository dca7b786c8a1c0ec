package codec

// Crashed begins the error of a call whose method panicked or ended its goroutine. The
// method's name and a space follow. The server sends this error in place of the method,
// and a client sees from it that the error is not the method's own.
const Crashed = "rpc: method crashed: "
