package registry

// Sweep sweeps once, for BenchmarkSweep.
func (s *Store) Sweep() { s.sweep() }

// Locked calls do while s is locked.
func (s *Store) Locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}
