package codec

// Crashed begins the error of a call whose method panicked or ended its goroutine; the
// method's name and a space follow. A server answers so in the method's stead, and a
// client knows by it that the error is not the method's own.
const Crashed = "rpc: method crashed: "
