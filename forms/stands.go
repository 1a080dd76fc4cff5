package forms

import "slices"

// stands reports whether a field says what it said before, in the same row: what it points at was there when it was entered.
func (c *checking) stands(fl *field, v any, row Row) bool {
	was := beforeIn(c.ctx.Stored, fl, row)
	return was != nil && fl.same(was, v)
}

// beforeIn is what a field said in other values, in the same row.
func beforeIn(of Values, fl *field, row Row) any {
	if row != nil {
		of, _ = of.RowByID(fl.table.Key, rowID(row))
	}
	return of[fl.Key]
}

// stays tells the files of a field that may be called as they are: all where the step cannot change them, else those that
// were sent so.
func (c *checking) stays(fl *field, row Row) func(File) bool {
	if !c.ctx.Rights.edits(fl) || !c.ctx.Rights.reaches(row) {
		return func(File) bool { return true }
	}
	was := beforeIn(c.ctx.Sent, fl, row)
	files, _ := was.([]File)
	if one, ok := was.(File); ok {
		files = []File{one}
	}
	return func(f File) bool {
		return slices.ContainsFunc(files, func(was File) bool { return was.Name == f.Name && was.Digest == f.Digest })
	}
}

// unasked is a context in which references are taken as they are.
func unasked(ctx *CheckContext) *CheckContext {
	other := *ctx
	other.Lookup = nil
	return &other
}
