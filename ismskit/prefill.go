package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Prefills are what a new form may begin with.
type Prefills struct{ k *Kit }

// Prefills returns what a new form may begin with.
func (t Types) Prefills() Prefills { return Prefills(t) }

// Again returns the fields of the actor's last case of a type, to begin a new one
// with: without files, which belong to that case, without what is to be said anew each
// time or was entered by later steps, without days that have passed, and with rows that are new ones. A period that
// has begun begins today, one that has ended has no end. ErrNotFound where he has none, or
// may not open another.
func (p Prefills) Again(ctx context.Context, actor Actor, key string) (forms.Values, error) {
	p.k = p.k.once()
	t := p.k.Types()
	k := t.k
	kind, err := t.toBegin(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	lines, err := k.Cases(ctx, actor, CaseFilter{
		Types: []string{key}, Limit: 1, Own: true,
		Phases: []string{string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended), string(workflow.PhaseClosed)},
	})
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, ErrNotFound
	}
	c, err := k.takeToWork(ctx, lines[0].ID) // its fields are to be worked on
	if err != nil {
		return nil, err
	}
	return again(kind.Form.Fields, c.values, calendar.DateOf(k.moment().In(k.location)), k.location), nil
}

// again keeps of old values what the newest form of the type still asks for.
func again(fields []forms.Field, old forms.Values, today calendar.Date, office *time.Location) forms.Values {
	out := forms.Values{}
	for _, f := range fields {
		v, answered := old[f.Key]
		if !answered || f.Later || f.Anew || f.Type == "file" || f.Type == "files" || f.Type == "serial" || f.Type == "computed" {
			continue
		}
		rows, table := v.([]forms.Row)
		if !table {
			if v = fromToday(v, today, office); v != nil {
				out[f.Key] = v
			}
			continue
		}
		columns := slices.Clone(f.Fields)
		for _, variant := range f.Variants {
			columns = append(columns, variant.Fields...)
		}
		copied := make([]forms.Row, len(rows))
		for i, row := range rows {
			copied[i] = again(columns, row, today, office)
			copied[i][forms.RowID] = forms.NewRowID()
		}
		out[f.Key] = copied
	}
	return out
}

// fromToday is a value of an earlier form without the days in it that have passed, nil
// where nothing is left.
func fromToday(v any, today calendar.Date, office *time.Location) any {
	switch v := v.(type) {
	case calendar.Date:
		if v.Before(today) {
			return nil
		}
	case time.Time:
		if calendar.DateOf(v.In(office)).Before(today) {
			return nil
		}
	case forms.DateRange:
		if !v.NoTo && v.To.Before(today) || !v.NoFrom && v.From.Before(today) {
			return nil
		}
	case forms.InstantRange:
		if !v.NoTo && calendar.DateOf(v.To.In(office)).Before(today) || !v.NoFrom && calendar.DateOf(v.From.In(office)).Before(today) {
			return nil
		}
	case forms.Period:
		if !v.To.IsZero() && v.To.Before(today) {
			v.To = calendar.Date{}
		}
		if v.From.Before(today) {
			v.From = today
		}
		return v
	case forms.Person:
		if v.Kind == forms.Arriving && v.Expected.Before(today) {
			v.Expected = calendar.Date{}
		}
		return v
	}
	return v
}

// Templates lists the prepared sets of rows for a type (職務範本) that fit the
// actor's unit, his own unit's first; ErrNotFound for a type he may not open.
func (p Prefills) Templates(ctx context.Context, actor Actor, key string) ([]register.Row, error) {
	p.k = p.k.once()
	t := p.k.Types()
	self, err := t.k.person(ctx, actor.Person, t.k.moment())
	if err != nil {
		return nil, err
	}
	if _, err := t.toBegin(ctx, actor, key); err != nil {
		return nil, err
	}
	rows, err := t.k.Registers().Rows(ctx, actor, register.Query{List: register.Templates, At: t.k.moment()})
	if err != nil {
		return nil, err
	}
	units, err := t.k.unitsOf(ctx, actor.Person, self.Unit)
	if err != nil {
		return nil, err
	}
	his := func(unit string) bool { return slices.Contains(units, unit) }
	var own, others []register.Row
	for _, row := range rows {
		cells, err := t.k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		switch units := cells.IDs("units"); { // of a unit that has ended: its successor's
		case cells.Text("type") != "" && cells.Text("type") != key, len(cells.Rows("rows")) == 0:
		case slices.ContainsFunc(units, his):
			own = append(own, row)
		case len(units) == 0:
			others = append(others, row)
		}
	}
	return append(own, others...), nil
}

// Template returns the rows of a template as rows of the type's table, today
// being their first day: the row's system, its items as the choice that depends
// on the system, its purpose, and its months of use or none as the period; of a
// template for people from outside also that its person is one, whoever he is.
// ErrNotFound where template or table is not there.
func (p Prefills) Template(ctx context.Context, actor Actor, key, template string) (table string, rows []forms.Row, err error) {
	p.k = p.k.once()
	t := p.k.Types()
	k := t.k
	kind, ok := k.kinds.latestOf(key)
	if !ok {
		return "", nil, ErrNotFound
	}
	i := slices.IndexFunc(kind.Form.Fields, func(f forms.Field) bool { return f.Type == "table" && !f.Later })
	fitting, err := p.Templates(ctx, actor, key)
	if err != nil {
		return "", nil, err
	}
	j := slices.IndexFunc(fitting, func(r register.Row) bool { return r.ID == template })
	if i < 0 || j < 0 {
		return "", nil, ErrNotFound
	}
	cells, err := k.lists.Cells(fitting[j])
	if err != nil {
		return "", nil, err
	}
	today := calendar.DateOf(k.moment().In(k.location))
	for _, prepared := range cells.Rows("rows") {
		row := fromTemplate(kind.Form.Fields[i], prepared, today)
		if cells.Text("for") == templateForExternals {
			forSomebodyOutside(kind.Form.Fields[i], row)
		}
		rows = append(rows, row)
	}
	return kind.Form.Fields[i].Key, rows, nil
}

func fromTemplate(table forms.Field, prepared register.Cells, today calendar.Date) forms.Row {
	row := forms.Row{forms.RowID: forms.NewRowID()}
	for _, c := range table.Fields {
		switch list, _ := c.Params["list"].(string); {
		case c.Later:
		case c.Type == "ref" && list == register.Systems:
			if id := prepared.ID("system"); id != "" {
				row[c.Key] = forms.Ref{List: "register/" + register.Systems, ID: id}
			}
		case c.Type == "multi_choice" && c.OptionsFrom != nil && c.OptionsFrom.Register == register.Systems:
			if items := prepared.IDs("items"); len(items) > 0 {
				row[c.Key] = items
			}
		case c.Type == "text" && strings.HasPrefix(c.Key, "purpose"):
			if s := prepared.Text("purpose"); s != "" {
				row[c.Key] = s
			}
		case c.Type == "period":
			row[c.Key] = templatePeriod(prepared, today)
		}
	}
	return row
}

// templateForExternals is what a template says that is meant for people from outside.
const templateForExternals = "external"

// forSomebodyOutside says of the first person a row may name from outside that he is.
func forSomebodyOutside(table forms.Field, row forms.Row) {
	for _, c := range table.Fields {
		if outside, _ := c.Params["external"].(bool); outside && c.Type == "person" && !c.Later {
			row[c.Key] = forms.Person{Kind: forms.External}
			return
		}
	}
}

func templatePeriod(prepared register.Cells, today calendar.Date) forms.Period {
	p := forms.Period{From: today}
	switch months := int(prepared.Number("months")); {
	case prepared.Flag("no_limit"):
		p.Open, p.Reason = true, prepared.Text("reason")
	case months > 0:
		p.To = today.AddMonths(months).AddDays(-1)
	}
	return p
}
