package forms

import "time"

// FromText reads a filled-in form from what a page posted: the same values as Decode, from what people type (Minguo dates,
// full-width digits). Names that are no field of the form (buttons, tokens) are left alone. Rows that are quite empty and
// have no identity yet are taken out.
//
// A page that shows the form again after faults takes its texts from the Posted itself, by the Path of each part; Tidy
// numbers its rows as the faults do. loc is where the person's clocks stand; nil means Taiwan.
func (f *Form) FromText(p Posted, loc *time.Location) (Values, Invalid) {
	if len(p) > MaxPosted {
		return nil, Invalid{{Code: "json_many", Params: map[string]any{"max": MaxPosted}}}
	}
	d := decoder{form: f}
	sheet := f.takeApart(p)
	out := Values{}
	for _, fl := range f.fields {
		if fl.isTable {
			put(out, fl.Key, d.postedRows(fl, sheet.rows[fl.Key], loc))
			continue
		}
		d.parse(out, fl, Post{sheet.single, fl.Key, loc}, 0)
	}
	return out, d.invalid
}

func (d *decoder) parse(into Values, fl *field, post Post, row int) {
	if fl.system {
		if len(post.all[post.name]) > 0 {
			d.add(fl.fault(fault("system_value"), row, into))
		}
		return
	}
	v, bad := fl.input.Parse(post)
	if bad != nil {
		d.add(fl.fault(bad, row, into))
		return
	}
	put(into, fl.Key, v)
}

func (d *decoder) postedRows(table *field, posted []Posted, loc *time.Location) any {
	if len(posted) > table.MaxRows {
		d.add(table.fault(fault("too_many_rows", "max", table.MaxRows, "rows", len(posted)), 0, nil))
		return nil
	}
	rows := make([]Row, len(posted))
	seen := make(map[string]bool, len(posted))
	for i, cells := range posted {
		row := Row{}
		if id := cells.Get(RowID); id != "" {
			row[RowID] = id
		}
		d.rowID(table, row, i+1, seen)
		for _, column := range table.columns {
			d.parse(row, column, Post{cells, column.Key, loc}, i+1)
		}
		rows[i] = row
	}
	return rowsOrNil(rows)
}
