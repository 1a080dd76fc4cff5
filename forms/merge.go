package forms

import "maps"

// Merge lays what somebody sent over what is kept: a field that was not sent stays as it is, one that was sent as nil (null
// in JSON, see DecodeChanges) is cleared. The rows of a table are the rows that were sent, in their order; in a row that was
// there before, the same holds for its cells. The result has no nil values.
func (f *Form) Merge(old, sent Values) Values {
	out := old.Clone()
	if out == nil {
		out = Values{}
	}
	for key, v := range sent {
		rows, isRows := v.([]Row)
		if fl := f.byKey[key]; fl == nil || !fl.isTable || !isRows {
			put(out, key, v)
			continue
		}
		merged := make([]Row, len(rows))
		for i, row := range rows {
			before, _ := old.RowByID(key, rowID(row))
			merged[i] = Row{RowID: row[RowID]}
			for _, from := range [...]Row{before, row} {
				for column, cell := range from {
					put(merged[i], column, cell)
				}
			}
		}
		put(out, key, rowsOrNil(merged))
	}
	return out
}

// Whole says of every field and cell that v has no answer for that it is to be cleared: what a page sends is the whole of
// the form, and a box left empty was emptied. Fields that only the engine sets are left alone.
func (f *Form) Whole(v Values) Values {
	out := make(Values, len(f.fields))
	maps.Copy(out, v)
	for _, fl := range f.fields {
		out.orNil(fl)
		rows, _ := v[fl.Key].([]Row)
		if len(rows) == 0 {
			continue
		}
		whole := make([]Row, len(rows))
		for i, row := range rows {
			whole[i] = maps.Clone(row)
			for _, column := range fl.columns {
				whole[i].orNil(column)
			}
		}
		out[fl.Key] = whole
	}
	return out
}

func (v Values) orNil(fl *field) {
	if _, given := v[fl.Key]; !given && !fl.system {
		v[fl.Key] = nil
	}
}
