package forms

import "strings"

// compileTable compiles the columns of a table, those of its variants, and the rules over its rows.
func (fl *field) compileTable(t Types, r Report) {
	if fl.table != nil {
		r.At("type").Problem("table_in_table")
		return
	}
	if fl.Compute != "" || fl.OptionsFrom != nil || len(fl.Options) > 0 || fl.Pattern != "" || len(fl.Params) > 0 {
		r.Problem("rule_not_for_type", "rule", "compute, options, pattern, params", "type", "table")
	}
	fl.columns = compileFields(fl.Fields, "fields", fl, "", t, r)
	fl.compileVariants(t, r)
	fl.columnByKey = make(map[string]*field, len(fl.columns))
	for _, column := range fl.columns {
		if fl.columnByKey[column.Key] != nil && column.variant != "" {
			Report{column.at, r.into}.At("key").Problem("key_twice", "key", column.Key)
		}
		fl.columnByKey[column.Key] = column
	}
	if len(fl.columns) == 0 {
		r.At("fields").Problem("fields_none")
	}
	if len(fl.columns) > MaxFields {
		r.At("variants").Problem("bound", "max", MaxFields)
	}
	fl.checkRows(r)
	fl.checkVariants(r)
}

func (fl *field) compileVariants(t Types, r Report) {
	fl.variants = map[string]bool{}
	for i, v := range fl.Variants {
		at := r.Index("variants", i)
		if v.When == "" || fl.variants[v.When] {
			at.At("when").Problem("option_twice", "key", v.When)
		}
		fl.variants[v.When] = true
		fl.columns = append(fl.columns, compileFields(v.Fields, "fields", fl, v.When, t, at)...)
	}
}

func (fl *field) checkVariants(r Report) {
	if (fl.VariantBy == "") != (len(fl.Variants) == 0) {
		r.At("variant_by").Problem("variant_by_alone")
		return
	}
	if fl.VariantBy == "" {
		return
	}
	by := fl.column(fl.VariantBy)
	if by == nil || by.variant != "" || by.Type != "choice" && by.Type != "ref" {
		r.At("variant_by").Problem("variant_by")
		return
	}
	if by.Type != "choice" || by.OptionsFrom != nil {
		return // the rows of the register decide; which there are is known only when the form is filled in
	}
	for i, v := range fl.Variants {
		if in, ok := by.input.(choiceInput); ok && !in.has(v.When) {
			r.Index("variants", i).At("when").Problem("no_such_answer", "value", v.When)
		}
	}
}

func (fl *field) checkRows(r Report) {
	if fl.MaxRows == 0 {
		fl.MaxRows = MaxRows
	}
	if fl.MaxRows < 0 || fl.MaxRows > MaxRows {
		r.At("max_rows").Problem("bound", "max", MaxRows)
	}
	if fl.MinRows < 0 || fl.MinRows > fl.MaxRows {
		r.At("min_rows").Problem("min_over_max")
	}
	if fl.RowTitle != "" {
		if title := fl.column(fl.RowTitle); title == nil || title.input == nil {
			r.At("row_title").Problem("no_such_field", "key", fl.RowTitle)
		}
	}
	for i, spec := range fl.Unique {
		var columns []toldBy
		for key := range strings.SplitSeq(spec, "+") {
			name, blank := strings.CutSuffix(strings.TrimSpace(key), "?")
			column := fl.column(name)
			if column == nil || column.input == nil {
				r.Index("unique", i).Problem("no_such_field", "key", key)
				continue
			}
			columns = append(columns, toldBy{column, blank})
		}
		fl.unique = append(fl.unique, columns)
	}
}
