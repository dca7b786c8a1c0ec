package registry

// LimitPolls sets how many long polls may wait at once, and returns how many
// could before.
func (s *Store) LimitPolls(n int) (before int) {
	before = cap(s.peers.polls)
	s.peers.polls = make(chan struct{}, n)
	return before
}
