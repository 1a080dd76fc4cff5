package forms

// Decode reads a filled-in form from JSON as somebody sent it: an object of values by field key, tables as lists of
// objects. It is strict (see the limits of this package and the fault codes json_…, unknown_field, type): an unknown or
// duplicate key, a value of the wrong type, one that only the engine sets, too long or too deep input are faults. Missing
// keys and null mean "not answered". Text is normalised as the package comment says. Rules such as Required are not
// looked at; see Check.
//
// The Values returned beside faults hold what could be read.
func (f *Form) Decode(b []byte) (Values, Invalid) { return f.decode(b, decoder{form: f}) }

// DecodeChanges reads changes of a form that is kept already: as Decode, but what was sent as null is nil in the Values,
// which clears it, and what is missing is missing (see Merge).
func (f *Form) DecodeChanges(b []byte) (Values, Invalid) {
	return f.decode(b, decoder{form: f, nulls: true})
}

// Restore reads values that EncodeJSON has written, computed values and serial numbers included. It is as strict as
// Decode otherwise.
func (f *Form) Restore(b []byte) (Values, Invalid) { return f.decode(b, decoder{form: f, own: true}) }

// NamingRows is the form with identities for new rows that follow from a seed, such as a person and the idempotency key of
// his request: what is read twice has the same rows both times, and is the same request. With "" they are random.
func (f *Form) NamingRows(seed string) *Form {
	named := *f
	named.seed = seed
	return &named
}

func (f *Form) decode(b []byte, d decoder) (Values, Invalid) {
	tree, bad := readJSON(b, f.limit, f.names, min(len(f.fields), MaxFields))
	if bad != nil {
		return nil, Invalid{f.jsonFault(bad)}
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return nil, Invalid{{Code: "json_object"}}
	}
	return d.values(object), d.invalid
}

func (f *Form) jsonFault(bad *jsonFault) Fault {
	out := Fault{Code: bad.code, Params: bad.params}
	if bad.path != "" {
		if out.Params == nil {
			out.Params = map[string]any{}
		}
		out.Params["path"] = bad.path
	}
	return out
}

type decoder struct {
	form    *Form
	own     bool // system values too
	nulls   bool // keep them
	invalid Invalid
}

func (d *decoder) add(f Fault) {
	if len(d.invalid) < MaxFaults {
		d.invalid = append(d.invalid, f)
	}
}

// values turns the members of a JSON object into normalised values, in place.
func (d *decoder) values(object map[string]any) Values {
	known := 0
	for _, fl := range d.form.fields {
		in, ok := object[fl.Key]
		if !ok {
			continue
		}
		known++
		if fl.isTable {
			d.put(object, fl.Key, d.rows(fl, in))
			continue
		}
		d.cell(object, fl, in, 0)
	}
	if known < len(object) {
		d.unknown(object, func(key string) bool { return d.form.byKey[key] != nil }, Fault{})
	}
	return object
}

func put(object map[string]any, key string, v any) {
	if v == nil {
		delete(object, key)
		return
	}
	object[key] = v
}

func (d *decoder) cell(object map[string]any, fl *field, in any, row int) {
	if in == nil {
		d.put(object, fl.Key, nil)
		return
	}
	var v any
	var bad *Fault
	if fl.system && !d.own {
		bad = fault("system_value")
	} else {
		v, bad = fl.input.Decode(in)
	}
	if bad != nil {
		delete(object, fl.Key)
		d.add(fl.fault(bad, row, object))
		return
	}
	if s, ok := v.(string); ok && in == any(s) {
		return // a text that needed no cleaning stands where it is
	}
	d.put(object, fl.Key, v)
}

// put sets what was read; where changes are read, an empty answer stays as nil.
func (d *decoder) put(object map[string]any, key string, v any) {
	if v == nil && d.nulls {
		object[key] = nil
		return
	}
	put(object, key, v)
}

func (d *decoder) unknown(object map[string]any, known func(string) bool, at Fault) {
	for _, key := range sortedKeys(object) {
		if known(key) {
			continue
		}
		delete(object, key)
		bad := at
		bad.Code, bad.Params = "unknown_field", map[string]any{"key": key}
		d.add(bad)
	}
}

func (d *decoder) rows(table *field, in any) any {
	if in == nil {
		return nil
	}
	list, ok := in.([]any)
	if !ok {
		d.add(table.fault(fault("type", "want", "table"), 0, nil))
		return nil
	}
	if len(list) > table.MaxRows {
		d.add(table.fault(fault("too_many_rows", "max", table.MaxRows, "rows", len(list)), 0, nil))
		return nil
	}
	rows := make([]Row, 0, len(list))
	seen := make(map[string]bool, len(list))
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			d.add(Fault{Field: table.path, Row: i + 1, Code: "type", Params: map[string]any{"want": "row"}, Label: table.Label})
			continue
		}
		rows = append(rows, d.row(table, object, i+1, seen))
	}
	if len(rows) == 0 {
		return nil
	}
	return rows
}

func (d *decoder) row(table *field, object map[string]any, n int, seen map[string]bool) Row {
	known := 0
	d.rowID(table, object, n, seen)
	for _, column := range table.columns {
		in, ok := object[column.Key]
		if !ok {
			continue
		}
		known++
		d.cell(object, column, in, n)
	}
	if known+1 < len(object) {
		d.unknown(object, func(key string) bool { return key == RowID || table.column(key) != nil },
			Fault{Field: table.path, Row: n, RowID: rowID(object), Label: table.Label})
	}
	return object
}

// rowID leaves a good identity as it is and gives one to a row that has none. An identity that another row of the table
// has already is a fault.
func (d *decoder) rowID(table *field, object map[string]any, n int, seen map[string]bool) {
	id, given := object[RowID]
	if s, ok := id.(string); ok && validRowID(s) && !seen[s] {
		seen[s] = true
		return
	}
	if given && id != nil {
		d.add(Fault{Field: table.path, Row: n, Code: "row_id", Label: table.Label})
	}
	object[RowID] = d.form.newRowID(table, n)
}
