package forms

import ()

func (c *checking) table(table *field, v any) {
	rows, ok := v.([]Row)
	if !ok {
		c.fault(table, fault("type", "want", "table"), nil, 0)
		return
	}
	if len(rows) > table.MaxRows {
		c.fault(table, fault("too_many_rows", "max", table.MaxRows, "rows", len(rows)), nil, 0)
		return
	}
	if len(rows) < table.MinRows && !c.ctx.Draft {
		c.fault(table, fault("too_few_rows", "min", table.MinRows), nil, 0)
	}
	seen := make(map[string]int, len(rows))
	for i, row := range rows {
		c.identity(table, row, i+1, seen)
		known := 1
		for _, column := range table.columns {
			known += c.field(column, row, row, i+1)
		}
		if known < len(row) {
			c.unknownCells(table, row, i+1)
		}
	}
	for _, columns := range table.unique {
		c.unique(columns, rows)
	}
}

func (c *checking) identity(table *field, row Row, n int, seen map[string]int) {
	id := rowID(row)
	if _, twice := seen[id]; twice || !validRowID(id) {
		c.add(Fault{Field: table.path, Row: n, RowID: id, Code: "row_id", Label: table.Label})
	}
	seen[id] = n
}

func (c *checking) unknownCells(table *field, row Row, n int) {
	for _, key := range sortedKeys(row) {
		if key != RowID && table.column(key) == nil {
			c.add(Fault{Field: table.path, Row: n, RowID: rowID(row), Code: "unknown_field",
				Params: map[string]any{"key": key}, Label: table.Label})
		}
	}
}

// toldBy is a column by which rows are told apart.
type toldBy struct {
	*field
	blank bool // without an answer they are compared too
}

// unique reports the later of two rows that agree in all the columns.
func (c *checking) unique(columns []toldBy, rows []Row) {
	first := make(map[string]int, len(rows))
	for i, row := range rows {
		key, whole := identityOf(columns, row)
		if !whole {
			continue
		}
		if before, twice := first[key]; twice {
			c.fault(columns[0].field, fault("not_unique", "row", before, "columns", labelList(columns)), row, i+1)
			continue
		}
		first[key] = i + 1
	}
}

func labelList(columns []toldBy) Text {
	zh, en := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		zh[i], en[i] = column.Label.In("zh-TW"), column.Label.In("en")
	}
	return Text{"zh-TW": joined(zh, Locale{Lang: "zh-TW"}), "en": joined(en, Locale{Lang: "en"})}
}

// identityOf writes the values by which rows are told apart; names that may change don't count.
func identityOf(columns []toldBy, row Row) (string, bool) {
	out := []byte{}
	for _, column := range columns {
		v := row[column.Key]
		if empty(v) {
			if !column.blank {
				return "", false
			}
			out = append(out, '\n')
			continue
		}
		plain := column.input.Canonical(v)
		if object, ok := plain.(map[string]any); ok && object["id"] != nil {
			plain = object["id"]
		}
		out = append(appendPlain(out, plain), '\n')
	}
	return string(out), true
}
