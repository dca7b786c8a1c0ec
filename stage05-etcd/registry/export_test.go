package registry

// Sweep sweeps once, for BenchmarkSweep.
func (s *Store) Sweep() { s.sweep() }
