package embedded

// PortsOutside is for a test without a system of each kind.
var PortsOutside = portsOutside

// What etcd's end is made of, which takes a full disk.
var (
	GiveUp = giveUp
	Failed = failed[int]
)
