package postgres

// The contract is held with what goes together from the first time on.
func init() { often = 1 }
