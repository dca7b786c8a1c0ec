package registry

import (
	"fmt"
	"net"
	"net/netip"
	"time"

	"example.com/workshop/stage05-etcd/internal/descriptors"
)

// Bounds of what one peer may have registered over HTTP: a stranger, so that it
// cannot take all the room that there is, and whoever is on the registry's own
// machine.
var (
	strangersRoom = size{1_000, 4 << 20}
	localRoom     = size{10_000, 40 << 20}
)

// thisMachine is the peer that the registry's own machine is.
const thisMachine = "this machine"

// peers are what comes over HTTP and is there for longer than a request: the
// entries, charged to those who sent them, and the long polls.
type peers struct {
	used  map[string]size
	of    map[[2]string]charge // by service and id
	ended map[string]int       // how many leases that each has ended were remembered
	renew time.Duration        // when that is cleared, on the store's clock
	polls chan struct{}        // has one for each long poll that waits, and room for as many as may: some connections are left for those who register

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

// peerOf returns whom an address belongs to: one IPv4 address, or one network of
// IPv6, of which a single machine has 2^64 addresses. On the registry's own
// machine, and where an address is none of IP, it is thisMachine.
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

// putFrom is Put for the peer of a request. It returns ErrFull when the peer has no room left,
// too. An entry that changes hands is charged to who put it last.
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
	if e := s.services[req.Service][req.ID]; err != nil || e == nil || e.lease.ID != lease.ID { // it has gone already
		s.peers.free(charge{peer, more})
		return lease, err
	}
	s.peers.forget(req.Service, req.ID) // what it was before
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

// deleteFrom is Delete for the peer of a request. In a TTL the store remembers no more
// ended leases for a peer than that may have entries: whoever makes leases up must not
// take the memory that keeps what others have ended from coming back.
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

// add charges a peer for an entry before that is there, so that requests at the
// same time cannot exceed the bound together. s.mu is held.
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
