package postgres

import "time"

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

// HoldOn has flights that are held up stay in the others' way.
func (s *Store) HoldOn() { s.shared.patience = time.Hour }

// In is what stands before the name of a table.
func (s *Store) In() string { return s.engine.Prefix }
