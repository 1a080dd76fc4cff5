package ismskit

import (
	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// How a deadline may be extended: how often, how much at a time and together, and who grants
// it. The tiers are one table, a row for each way to find somebody; rows one after another that
// reach as far are a tier.

func (b *nodeBuilder) extend(s workflow.Step) []forms.Field {
	var have []workflow.Who
	if s.Extend != nil {
		for _, t := range s.Extend.Tiers {
			have = append(have, t.Who...)
		}
	}
	return []forms.Field{
		b.check("extend", ""), b.number("extend_max", 1, "extend"),
		b.number("each_n", 1, "extend"), b.unit("each_unit", "extend"),
		b.number("total_n", 1, "extend"), b.unit("total_unit", "extend"),
		b.people("tiers", have, wayTable{condition: "extend", before: []forms.Field{b.number("up_to_n", 1, ""), b.unit("up_to_unit", "")}, ways: besideWays, because: true}),
	}
}

// tierRow is a way within a tier, with the place that the tier had in the flow, from 1; 0 for a
// new one.
type tierRow struct {
	upTo  string
	who   workflow.Who
	place int
}

// tierRows are the tiers as rows, one at least of each.
func tierRows(e *workflow.Extend) []tierRow {
	var out []tierRow
	if e == nil {
		return nil
	}
	for i, t := range e.Tiers {
		if len(t.Who) == 0 {
			out = append(out, tierRow{t.UpTo, workflow.Who{}, i + 1})
		}
		for _, w := range t.Who {
			out = append(out, tierRow{t.UpTo, w, i + 1})
		}
	}
	return out
}

func (d Design) extendValues(a answers, e *workflow.Extend) {
	if e == nil {
		return
	}
	a["extend"] = true
	a.number("extend_max", e.Max)
	a.term("each", e.Each)
	a.term("total", e.Total)
	var rows []forms.Row
	for i, t := range tierRows(e) {
		row := answers{forms.RowID: keptRow(i)}
		row.term("up_to", t.upTo)
		d.whoCells(row, t.who)
		rows = append(rows, forms.Row(row))
	}
	a.rows("tiers", rows)
}

func extendOf(f filledIn, before *workflow.Extend) *workflow.Extend {
	if !f.yes("extend") {
		return nil
	}
	was := workflow.Extend{}
	if before != nil {
		was = *before
	}
	now := workflow.Extend{Max: f.number("extend_max"), Each: f.term("each", was.Each), Total: f.term("total", was.Total)}
	last := tierRow{place: -1}
	for _, row := range rows(f, "tiers", tierRows(before), func(row filledIn, t tierRow) tierRow {
		t.upTo, t.who = row.term("up_to", t.upTo), whoOf(row, t.who)
		return t
	}) {
		same := last.place >= 0 && row.upTo == last.upTo && (row.place == last.place || row.place == 0 || last.place == 0)
		if !same {
			now.Tiers = append(now.Tiers, workflow.Tier{UpTo: row.upTo})
			last = row
		}
		last.place = max(last.place, row.place)
		if tier := &now.Tiers[len(now.Tiers)-1]; row.who.Kind != "" || len(row.who.Because) > 0 {
			tier.Who = append(tier.Who, row.who)
		}
	}
	return &now
}
