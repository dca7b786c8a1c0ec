package registry

import (
	"fmt"
	"net"
	"net/netip"
	"time"

	"example.com/workshop/stage04-balancing/internal/descriptors"
)

// Bounds of what one peer may have registered over HTTP. A stranger may not take all the
// room that there is. localRoom is for all processes on the registry's own machine.
var (
	strangersRoom = size{1_000, 4 << 20}
	localRoom     = size{10_000, 40 << 20}
)

// thisMachine is the peer of requests from the registry's own machine.
const thisMachine = "this machine"

// peers records what HTTP requests leave behind or hold for long: entries, each charged
// to the peer that sent it, and long polls.
type peers struct {
	used  map[string]size
	of    map[[2]string]charge // charges by service and id
	ended map[string]int       // by peer: how many leases that it ended were remembered
	renew time.Duration        // when ended is cleared, on the store's clock
	polls chan struct{}        // has one element per waiting long poll; its capacity leaves connections for registrations

	answers *answers
}

type charge struct {
	peer string
	size size
}

func newPeers() peers {
	return peers{
		used: make(map[string]size), of: make(map[[2]string]charge), ended: make(map[string]int),
		polls: make(chan struct{}, descriptors.Half()), answers: &answers{readers: make(map[any]int)},
	}
}

// peerOf returns the peer that an address belongs to: one IPv4 address, or one /64
// network of IPv6, in which a single machine may have all 2^64 addresses. For a loopback
// address, and for one that is no IP address, it returns thisMachine.
func peerOf(remote string) string {
	host, _, _ := net.SplitHostPort(remote)
	ip, err := netip.ParseAddr(host)
	ip = ip.Unmap()
	switch {
	case err != nil || ip.IsLoopback():
		return thisMachine
	case ip.Is4():
		return ip.String()
	}
	network, _ := ip.Prefix(64)
	return network.String()
}

// putFrom is Put for the peer of a request. It also returns ErrFull if the peer has no
// room left. If another peer put the entry before, the entry is charged to this one now.
func (s *Store) putFrom(req request) (Lease, error) {
	peer, key, more := req.peer, [2]string{req.Service, req.ID}, sizeOf(req.Instance)
	s.mu.Lock()
	err := s.peers.add(peer, key, more)
	s.mu.Unlock()
	if err != nil {
		return Lease{}, err
	}
	lease, err := s.Put(req.Instance, req.Lease, time.Duration(req.TTL))
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.services[req.Service][req.ID]; err != nil || e == nil || e.lease.ID != lease.ID { // the entry has gone already
		s.peers.free(charge{peer, more})
		return lease, err
	}
	s.peers.forget(req.Service, req.ID) // the earlier entry
	s.peers.of[key] = charge{peer, more}
	return lease, nil
}

// roomOf returns the bound of a peer.
func roomOf(peer string) size {
	if peer == thisMachine {
		return localRoom
	}
	return strangersRoom
}

// deleteFrom is Delete for the peer of a request. Within a TTL the store remembers at
// most as many ended leases for a peer as the peer may have entries. Otherwise a peer
// that makes leases up would take the memory that keeps other peers' ended leases from
// coming back.
func (s *Store) deleteFrom(req request) error {
	err := s.Delete(req.Service, req.ID, req.Lease)
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &s.peers
	if now := s.clock.now(); now >= p.renew {
		clear(p.ended)
		p.renew = now + s.opts.TTL
	}
	if _, remembered := s.ended[req.Lease]; remembered {
		p.ended[req.peer]++
	}
	if p.ended[req.peer] > roomOf(req.peer).instances {
		delete(s.ended, req.Lease)
	}
	return err
}

// add charges a peer for an entry before the entry exists. So requests at the same time
// cannot exceed the bound together. s.mu is held.
func (p peers) add(peer string, key [2]string, more size) error {
	room := roomOf(peer)
	after := p.used[peer].plus(more)
	if before := p.of[key]; before.peer == peer {
		after = after.minus(before.size)
	}
	if after.instances > room.instances || after.bytes > room.bytes {
		return fmt.Errorf("%w: %s has %d of %d, and %d bytes of %d", ErrFull, peer, p.used[peer].instances, room.instances, p.used[peer].bytes, room.bytes)
	}
	p.used[peer] = p.used[peer].plus(more)
	return nil
}

// forget frees the room of an entry. s.mu is held.
func (p peers) forget(service, id string) {
	key := [2]string{service, id}
	p.free(p.of[key])
	delete(p.of, key)
}

func (p peers) free(c charge) {
	p.used[c.peer] = p.used[c.peer].minus(c.size)
	if p.used[c.peer].instances == 0 {
		delete(p.used, c.peer)
	}
}
