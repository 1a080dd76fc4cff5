package ismskit

import (
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// picks are two tables: the steps whose people somebody chooses, and among whom, a row for each
// way to find those.
func (b *nodeBuilder) picks(key string, steps []forms.Option, have []workflow.Pick) []forms.Field {
	var named []string
	var from []workflow.Who
	for _, p := range have {
		named, from = append(named, p.Step), append(from, p.From...)
	}
	step := func() forms.Field { return b.pick("chosen_step", "choice", "", steps, named...) }
	return []forms.Field{
		b.field(key, "table", func(f *forms.Field) {
			f.Fields, f.MaxRows = []forms.Field{step(), b.number("chosen_max", 1, "")}, maxWhoRows
		}),
		b.people(key+"_from", from, wayTable{before: []forms.Field{step()}, ways: wholeWays}),
	}
}

func (d Design) pickValues(a answers, key string, all []workflow.Pick) {
	var chosen, from []forms.Row
	for i, p := range all {
		row := answers{forms.RowID: keptRow(i)}
		row.text("chosen_step", p.Step)
		row.number("chosen_max", p.Max)
		chosen = append(chosen, forms.Row(row))
		for _, w := range p.From {
			row := answers{forms.RowID: keptRow(len(from))}
			row.text("chosen_step", p.Step)
			d.whoCells(row, w)
			from = append(from, forms.Row(row))
		}
	}
	a.rows(key, chosen)
	a.rows(key+"_from", from)
}

// heldPick is a Pick with the place that it had in the flow, from 1; 0 for a new one.
type heldPick struct {
	workflow.Pick
	place int
}

// picksOf puts the two tables together. Among whom is chosen goes with its step: also where that
// step becomes another, and away with it. A new row for a step that the first table does not
// name makes that step one whose people are chosen.
func picksOf(f filledIn, key string, before []workflow.Pick) []workflow.Pick {
	var had, among []heldPick
	for i, p := range before {
		for _, w := range p.From {
			among = append(among, heldPick{workflow.Pick{Step: p.Step, From: []workflow.Who{w}}, i + 1})
		}
		p.From = nil
		had = append(had, heldPick{p, i + 1})
	}
	now := rows(f, key, had, func(row filledIn, was heldPick) heldPick {
		was.Step, was.Max = row.option("chosen_step"), row.number("chosen_max")
		return was
	})
	for _, one := range rows(f, key+"_from", among, func(row filledIn, was heldPick) heldPick {
		who := workflow.Who{}
		if len(was.From) > 0 {
			who = was.From[0]
		}
		if step := row.option("chosen_step"); step != was.Step {
			was.Step, was.place = step, 0
		}
		was.From = []workflow.Who{whoOf(row, who)}
		return was
	}) {
		i := slices.IndexFunc(now, func(p heldPick) bool { return one.place > 0 && p.place == one.place })
		if i < 0 {
			i = slices.IndexFunc(now, func(p heldPick) bool { return p.Step == one.Step })
		}
		switch {
		case i < 0 && one.place > 0:
			continue
		case i < 0:
			i, now = len(now), append(now, heldPick{Pick: workflow.Pick{Step: one.Step}})
		}
		now[i].From = append(now[i].From, one.From...)
	}
	var out []workflow.Pick
	for _, p := range now {
		if p.Step != "" || p.Max != 0 || len(p.From) > 0 { // not a row that was emptied
			out = append(out, p.Pick)
		}
	}
	return out
}
