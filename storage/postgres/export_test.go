package postgres

// The contract is held with what goes together from the first time on.
func init() { often = 1 }

// Flights is how many shared transactions are under way at once.
const Flights = flights

// Waiting is how many updates wait to be taken along.
func (s *Store) Waiting() int {
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	return len(s.shared.waiting)
}

// In is what stands before the name of a table.
func (s *Store) In() string { return s.engine.Prefix }
