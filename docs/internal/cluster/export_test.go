package cluster

// For a test of one function.
var (
	FreePorts    = freePorts
	FirstOutside = firstOutside
	StartOn      = start
)
