package ismskit

// ReadRowsBy lets the cases of one number be read so many at a time, until what it returns is called.
func ReadRowsBy(n int) (back func()) {
	was := rowsAtATime
	rowsAtATime = n
	return func() { rowsAtATime = was }
}
