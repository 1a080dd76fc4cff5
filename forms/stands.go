package forms

// stands reports whether a field says what it said before, in the same row: what it points at was there when it was entered.
func (c *checking) stands(fl *field, v any, row Row) bool {
	of := c.ctx.Stored
	if row != nil {
		of, _ = c.ctx.Stored.RowByID(fl.table.Key, rowID(row))
	}
	was := of[fl.Key]
	return was != nil && fl.same(was, v)
}

// unasked is a context in which references are taken as they are.
func unasked(ctx *CheckContext) *CheckContext {
	other := *ctx
	other.Lookup = nil
	return &other
}
