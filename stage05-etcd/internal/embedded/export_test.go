package embedded

// PortsOutside is for a test without a system of each kind.
var PortsOutside = portsOutside
