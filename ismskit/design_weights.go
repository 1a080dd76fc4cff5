package ismskit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Weights are asked for as a table: whom, or which post, and how much his yes counts. Below it
// stand what they come to together, and which share of that is needed.

func (b *nodeBuilder) weights(s workflow.Step) []forms.Field {
	when := b.orHeld("need == 'weighted'", len(s.Need.Weights) > 0 && s.Need.Kind != workflow.CountWeighted)
	computed := func(key, formula, condition string, params map[string]any) forms.Field {
		return b.field(key, "computed", func(f *forms.Field) { f.Compute, f.ShowIf, f.Params = formula, condition, params })
	}
	return []forms.Field{
		b.field("weights", "table", func(f *forms.Field) {
			f.ShowIf, f.MaxRows = when, workflow.MaxPeople
			f.Fields = []forms.Field{
				b.field("weighed_post", "ref", func(f *forms.Field) { f.Params = map[string]any{"of": "register", "list": register.Posts} }),
				b.field("weighed_person", "person", nil),
				b.number("weight_n", 1, ""),
			}
		}),
		computed("weights_sum", "sum(weights, .weight_n)", "need == 'weighted'", map[string]any{"result": "integer"}),
		computed("weights_share", "need_n * 100 / sum(weights, .weight_n)", "need == 'weighted' and sum(weights, .weight_n) > 0",
			map[string]any{"result": "decimal", "places": 0, "unit": map[string]any{"zh-TW": "%", "en": "%"}}),
	}
}

// orHeld is the condition under which a field is asked for; always, where the flow has
// something there that does not go with it: it has to be seen to be taken away.
func (b *nodeBuilder) orHeld(condition string, held bool) string {
	if held {
		return ""
	}
	return condition
}

// isPost says whether an id that has a weight is a post's; else it is a person's.
func (d Design) isPost(id string, s workflow.Step) bool {
	_, known := d.names.posts[id]
	return known || slices.ContainsFunc(s.Who, func(w workflow.Who) bool { return w.Kind == workflow.WhoPost && slices.Contains(w.IDs, id) })
}

func (d Design) weightRows(s workflow.Step) []forms.Row {
	var out []forms.Row
	for i, id := range slices.Sorted(maps.Keys(s.Need.Weights)) {
		row := answers{forms.RowID: keptRow(i)}
		if d.isPost(id, s) {
			row["weighed_post"] = forms.Ref{List: "register/" + register.Posts, ID: id}
		} else {
			row["weighed_person"] = forms.Person{Kind: forms.InDirectory, ID: id, Name: d.names.people[id]}
		}
		row.number("weight_n", s.Need.Weights[id])
		out = append(out, forms.Row(row))
	}
	return out
}

// weighed is whom a row of weights names, "" for nobody.
func weighed(row filledIn) string {
	if person, ok := row["weighed_person"].(forms.Person); ok && person.ID != "" {
		return person.ID
	}
	post, _ := row["weighed_post"].(forms.Ref)
	return post.ID
}

func weightsOf(f filledIn) map[string]int {
	out := map[string]int{}
	table, _ := f["weights"].([]forms.Row)
	for _, row := range table {
		if id := weighed(filledIn(row)); id != "" {
			out[id] = filledIn(row).number("weight_n")
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// weightFaults are rows that would be lost: of nobody, of two, or of whom another row weighs.
func weightFaults(v forms.Values) forms.Invalid {
	var out forms.Invalid
	seen := map[string]bool{}
	table, _ := v["weights"].([]forms.Row)
	for i, r := range table {
		row := filledIn(r)
		id := weighed(row)
		_, person := r["weighed_person"].(forms.Person)
		_, post := r["weighed_post"].(forms.Ref)
		why := ""
		switch {
		case id == "":
			why = "flow.weights.nobody"
		case person && post:
			why = "flow.weights.both"
		case seen[id]:
			why = "flow.weights.twice"
		}
		if seen[id] = true; why != "" {
			out = append(out, said("weights.weighed_post", i+1, why))
		}
	}
	return out
}

// said is a fault of a filled-in node in one of the Kit's own texts.
func said(field string, row int, key string) forms.Fault {
	return forms.Fault{Field: field, Row: row, Code: "flow", Text: allText(key)}
}

// weighedIn are the ids that have a weight in a flow.
func weighedIn(flow workflow.Flow) []string {
	var out []string
	var see func(n workflow.Node)
	see = func(n workflow.Node) {
		if n.Step != nil {
			out = slices.AppendSeq(out, maps.Keys(n.Step.Need.Weights))
		}
		for _, below := range n.Below() {
			see(below)
		}
	}
	see(flow.Root)
	return out
}

// Weighed says in a language who has a weight in a step, heaviest first: 王大明.
func (d Design) Weighed(s workflow.Step, lang string) []Weight {
	var out []Weight
	for id, n := range s.Need.Weights {
		name := d.names.people[id]
		if title := d.names.posts[id].In(lang); d.isPost(id, s) && title != "" {
			name = title
		}
		if name == "" {
			name = id
		}
		out = append(out, Weight{name, n})
	}
	slices.SortFunc(out, func(a, b Weight) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	return out
}

// Weight is how much the yes of a person, or of whoever has a post, counts in a step.
type Weight struct {
	Name string
	N    int
}
