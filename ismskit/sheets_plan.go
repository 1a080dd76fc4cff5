package ismskit

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// sheetPlan is what an import comes to.
type sheetPlan struct {
	out  SheetOutcome
	rows []plannedRow
}

// plannedRow is what a line makes of a row.
type plannedRow struct {
	old, now register.Row
	line     int // its place
}

// planning works an import out.
type planning struct {
	s      Sheets
	ctx    context.Context
	actor  Actor
	list   register.List
	form   *forms.Form
	names  *sheetNames
	stored []sheetRow
	taken  map[string]int  // rows that a line is of, with the line's place
	made   map[string]bool // of them those that are new
}

// sheetRow is a row that a line may be of.
type sheetRow struct {
	row    register.Row
	values forms.Values
}

func (s Sheets) plan(ctx context.Context, actor Actor, in SheetImport) (sheetPlan, error) {
	if err := s.may(ctx, actor, in.List); err != nil {
		return sheetPlan{}, err
	}
	switch n := len(in.Lines); {
	case n == 0:
		return sheetPlan{}, sheetFault("", "sheet.no_lines", nil)
	case n > MaxSheetLines:
		return sheetPlan{}, sheetFault("", "sheet.too_many", map[string]string{"max": strconv.Itoa(MaxSheetLines), "n": strconv.Itoa(n)})
	}
	p := planning{s: s, ctx: ctx, actor: actor, names: newSheetNames(ctx, s.k, actor), taken: map[string]int{}, made: map[string]bool{}}
	p.list, _ = s.k.lists.List(in.List)
	p.form, _ = s.k.lists.Form(in.List)
	var err error
	if p.stored, err = s.rows(ctx, in.List); err != nil {
		return sheetPlan{}, err
	}
	var out sheetPlan
	for i, line := range in.Lines {
		got, row, err := p.line(i, line, in.Reason)
		if err != nil {
			return sheetPlan{}, err
		}
		out.out.Lines = append(out.out.Lines, got)
		if row != nil {
			row.line = i
			out.rows = append(out.rows, *row)
		}
	}
	if err := s.fit(ctx, in.Lines, &out); err != nil {
		return sheetPlan{}, err
	}
	for _, line := range out.out.Lines {
		if line.Remark != nil {
			out.out.Remarked++
		}
		switch line.State {
		case LineNew:
			out.out.New++
		case LineChanged:
			out.out.Changed++
		case LineSame:
			out.out.Same++
		default:
			out.out.Wrong++
		}
	}
	out.out.Mark = out.mark()
	return out, nil
}

// rows are all rows of a list, those that have ended too.
func (s Sheets) rows(ctx context.Context, list string) ([]sheetRow, error) {
	var found []register.Row
	err := s.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: list})
		found = rows
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]sheetRow, len(found))
	for i, row := range found {
		values, err := s.k.lists.Values(row)
		if err != nil {
			return nil, err
		}
		out[i] = sheetRow{row, values}
	}
	return out, nil
}

// line says what becomes of one line; the row is nil where nothing is to be written.
func (p *planning) line(place int, line forms.SheetLine, reason string) (LineOutcome, *plannedRow, error) {
	out := LineOutcome{Sheet: line.Sheet, Row: line.Row, State: LineWrong}
	line.Cells = p.ends(line.Cells)
	values, faults, err := p.form.ReadLine(line, "", p.names, p.s.k.location)
	if err != nil {
		return out, nil, err
	}
	for _, cell := range line.Cells {
		if cell.Field == p.list.TitleField && slices.Contains(peopleLists, p.list.Key) && forms.Masked(cell.Text) {
			faults = append(faults, line.Faults(forms.Invalid{{Field: cell.Field, Code: "name_masked", Label: p.label(cell.Field)}})...)
		}
	}
	old, code, what := p.which(line, values)
	if code == "" && old.row.ID != "" {
		if values, faults, err = p.untouched(line, old, values, faults); err != nil {
			return out, nil, err
		}
	}
	out.ID, out.Title = old.row.ID, p.titleOf(values, old)
	if before, twice := p.taken[old.row.ID]; code == "" && old.row.ID != "" && twice {
		code = "sheet.twice"
		faults = append(faults, p.ofLine(line, code, strconv.Itoa(before)))
	} else if code != "" {
		faults = append(faults, p.ofLine(line, code, what))
	}
	if old.row.ID != "" {
		p.taken[old.row.ID] = line.Row
	}
	if len(faults) > 0 {
		out.Faults = faults
		return out, nil, nil
	}
	next := maps.Clone(old.values)
	if next == nil {
		next = forms.Values{}
	}
	for _, cell := range line.Cells {
		if v, said := values[cell.Field]; said {
			next[cell.Field] = v
		} else {
			delete(next, cell.Field)
		}
	}
	id := old.row.ID
	if id == "" {
		if id = line.ID; id == "" {
			id = uuid.Must(uuid.NewV7()).String()
		}
	}
	was, now, _, err := p.s.k.Registers().next(p.ctx, p.actor, RowChange{List: p.list.Key, ID: id, Seen: old.row.Revision, Values: next, Reason: reason})
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		out.Faults = line.Faults(invalid)
		return out, nil, nil
	}
	if refused, ok := errors.AsType[*register.Refusal](err); ok {
		text := forms.Text{"zh-TW": refused.Text("zh-TW"), "en": refused.Text("en")}
		out.Faults = line.Faults(forms.Invalid{{Code: refused.Code, Text: text}})
		return out, nil, nil
	}
	if err != nil {
		return out, nil, err
	}
	if now.Revision == was.Revision {
		out.State = LineSame
		return out, nil, nil
	}
	made := sheetRow{row: now}
	if made.values, err = p.s.k.lists.Values(now); err != nil {
		return out, nil, err
	}
	if out.ID, out.State = id, LineNew; was.Revision > 0 {
		out.State = LineChanged
		if out.Changes, err = p.changes(line, old, made); err != nil {
			return out, nil, err
		}
	} else {
		if line.ID != "" {
			out.Remark = sayAll("sheet.new_id", func(string) map[string]string { return map[string]string{"id": id} })
		}
		p.stored = append(p.stored, made) // a later line of the same names is this one again
		p.taken[id], p.made[id] = line.Row, true
	}
	out.Title = p.titleOf(made.values, made)
	return out, &plannedRow{old: was, now: now}, nil
}

// peopleLists are lists whose rows are people, called by their names.
var peopleLists = []string{register.People, register.Externals}

// ends empties the cell of a list's end that says there is none: 無期限.
func (p *planning) ends(cells []forms.SheetCell) []forms.SheetCell {
	cells = slices.Clone(cells)
	for i, c := range cells {
		if c.Field == p.list.To && forms.NoEnd(c.Text) {
			cells[i].Text = ""
		}
	}
	return cells
}

// untouched leaves fields as they are stored whose cells say what the list says of them now, and what
// is wrong with such cells is not the line's: who was downloaded may have left.
func (p *planning) untouched(line forms.SheetLine, old sheetRow, values forms.Values, faults []forms.CellFault) (forms.Values, []forms.CellFault, error) {
	values = maps.Clone(values)
	if values == nil {
		values = forms.Values{}
	}
	for _, cell := range line.Cells {
		for _, lang := range languages {
			text, err := p.s.text(p.names, p.form, cell.Field, old.values[cell.Field], lang)
			if err != nil {
				return nil, nil, err
			}
			if text == "" || text != cell.Text {
				continue
			}
			values[cell.Field] = old.values[cell.Field]
			faults = slices.DeleteFunc(faults, func(f forms.CellFault) bool { return f.Cell == cell.At })
		}
	}
	return values, faults, nil
}

// changes are the fields that a line changes, of those it has a cell for.
func (p *planning) changes(line forms.SheetLine, old, made sheetRow) ([]CellChange, error) {
	var out []CellChange
	for _, cell := range line.Cells {
		c := CellChange{Field: cell.Field, Label: p.label(cell.Field), From: forms.Text{}, To: forms.Text{}}
		differs := false
		for _, lang := range languages {
			var err error
			if c.From[lang], err = p.s.text(p.names, p.form, cell.Field, old.values[cell.Field], lang); err != nil {
				return nil, err
			}
			if c.To[lang], err = p.s.text(p.names, p.form, cell.Field, made.values[cell.Field], lang); err != nil {
				return nil, err
			}
			differs = differs || c.From[lang] != c.To[lang]
		}
		if differs {
			out = append(out, c)
		}
	}
	return out, nil
}

func (p *planning) label(field string) forms.Text {
	info, _ := p.form.Field(field)
	return info.Label
}

// titleOf is what a line is called: what it says itself, else what the row is called.
func (p *planning) titleOf(values forms.Values, row sheetRow) forms.Text {
	for _, v := range []forms.Values{values, row.values} {
		if title := p.form.Format(p.list.TitleField, v[p.list.TitleField], forms.Locale{}); title != "" {
			return forms.Text{"zh-TW": title}
		}
	}
	return nil
}

// ofLine is what is wrong with a line as a whole.
func (p *planning) ofLine(line forms.SheetLine, code, what string) forms.CellFault {
	text := sayAll(code, func(string) map[string]string { return map[string]string{"what": what} })
	return forms.CellFault{Sheet: line.Sheet, Cell: strconv.Itoa(line.Row), Fault: forms.Fault{Code: code, Text: text}}
}
