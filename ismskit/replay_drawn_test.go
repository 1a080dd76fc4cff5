package ismskit_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// grove draws flows as an office could make them: steps one after another, beside each other, by
// what the form says, again until it is right, and for each row.
type grove struct {
	r     *rapid.T
	n     int
	room  int
	split bool
	over  []string // steps and rows before, to which it may go back
}

func (g *grove) id(prefix string) string { g.n++; return fmt.Sprint(prefix, g.n) }

func (g *grove) node(depth int) workflow.Node {
	g.room--
	kind := 0
	if depth < 3 && g.room > 0 {
		kind = rapid.IntRange(0, 9).Draw(g.r, "node")
	}
	before := slices.Clip(g.over)
	switch kind {
	case 4, 5:
		p := &workflow.Parallel{ID: g.id("p"), Join: rapid.SampledFrom([]workflow.Join{{}, {Kind: workflow.CountAny}}).Draw(g.r, "join")}
		for range 2 {
			g.over = before
			p.Branches = append(p.Branches, g.node(depth+1))
		}
		g.over = before
		return workflow.Node{Parallel: p}
	case 6:
		c := &workflow.Choice{ID: g.id("c"), Cases: []workflow.Case{{When: g.when(), Then: g.node(depth + 1)}}}
		g.over = before
		if rapid.Bool().Draw(g.r, "else") {
			other := g.node(depth + 1)
			c.Else = &other
		}
		g.over = before
		return workflow.Node{Choice: c}
	case 7:
		return workflow.Node{Repeat: &workflow.Repeat{ID: g.id("r"), Body: g.node(depth + 1), Until: g.when(), Max: 2, AtMax: workflow.AtMaxContinue}}
	case 8, 9:
		if !g.split {
			g.split = true
			s := &workflow.Split{ID: g.id("x"), Name: workflow.Text{"zh-TW": "分項", "en": "Rows"}, Over: "lines", Type: "grown_row"}
			g.over = append(before, s.ID)
			return workflow.Node{Split: s}
		}
	case 1, 2:
		var n workflow.Node
		for range rapid.IntRange(2, 3).Draw(g.r, "length") {
			n.Sequence = append(n.Sequence, g.node(depth+1))
		}
		return n
	}
	return g.step()
}

func (g *grove) when() string {
	return rapid.SampledFrom([]string{"a == true", "b == true", "a == true or b == true"}).Draw(g.r, "when")
}

func (g *grove) step() workflow.Node {
	s := &workflow.Step{
		ID: g.id("s"), Name: workflow.Text{"zh-TW": "關卡", "en": "Step"},
		Kind: rapid.SampledFrom([]workflow.Kind{workflow.KindReview, workflow.KindReview, workflow.KindApprove, workflow.KindConsult, workflow.KindHandle, workflow.KindRead}).Draw(g.r, "kind"),
		Who:  []workflow.Who{{Kind: workflow.WhoPerson, IDs: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"P01", "P05", "P06", "P10", "P11", "P12"}), 2, 3, rapid.ID).Draw(g.r, "who")}},
		Need: rapid.SampledFrom([]workflow.Need{{}, {}, {Kind: workflow.CountAll}, {Kind: workflow.CountN, N: 2}, {Kind: workflow.CountAll, InOrder: true}, {Kind: workflow.CountPercent, Percent: 60}}).Draw(g.r, "need"),
		Due:  &workflow.Due{Term: "3wd"},
	}
	if s.Kind == workflow.KindReview || s.Kind == workflow.KindApprove {
		s.ReturnTo = append([]string{workflow.Applicant}, g.over...)
		s.Resubmit = rapid.SampledFrom([]workflow.Resubmit{"", workflow.ResubmitBack}).Draw(g.r, "resubmit")
		s.OnReject = rapid.SampledFrom([]workflow.OnReject{"", workflow.RejectContinues}).Draw(g.r, "reject")
		s.SameSigner = rapid.SampledFrom([]workflow.SameSigner{"", workflow.SameSignerSkip}).Draw(g.r, "same")
	}
	g.over = append(slices.Clip(g.over), s.ID)
	return workflow.Node{Step: s}
}

// grown are a type of a drawn flow and that of its rows.
func grown(r *rapid.T) []ismskit.Type {
	g := &grove{r: r, room: 9}
	flow := workflow.Flow{Key: "grown", Version: "1", Officers: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P04"}}}, Registry: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P10"}}}}
	for range rapid.IntRange(1, 4).Draw(r, "length") {
		flow.Root.Sequence = append(flow.Root.Sequence, g.node(1))
	}
	row := workflow.Flow{Key: "grown_row", Version: "1", Child: true, Root: workflow.Node{Step: &workflow.Step{
		ID: "do", Name: workflow.Text{"zh-TW": "處置", "en": "Handling"}, Kind: workflow.KindHandle, Who: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P05", "P06"}}},
	}}}
	var out []ismskit.Type
	for _, one := range []struct{ key, more, fields string }{
		{"grown", `"offered":true,"number":{"pattern":"G-{roc}-{n:4}"},`, `{"key":"a","type":"boolean","label":{"zh-TW":"急件"}},{"key":"b","type":"boolean","label":{"zh-TW":"重大"}},
			{"key":"lines","type":"table","label":{"zh-TW":"項目"},"fields":[{"key":"subject","type":"text","label":{"zh-TW":"事項"}}]}`},
		{"grown_row", "", `{"key":"note","type":"text","label":{"zh-TW":"備註"}}`},
	} {
		body, err := json.Marshal(map[string]workflow.Flow{"grown": flow, "grown_row": row}[one.key])
		if err != nil {
			r.Fatal(err)
		}
		typ, err := ismskit.ParseType(fmt.Appendf(nil, `{"key":%[1]q,"version":"1","title":{"zh-TW":"簽"},"subject":"subject",%[2]s
			"form":{"key":%[1]q,"version":"1","title":{"zh-TW":"簽"},"fields":[{"key":"subject","type":"text","label":{"zh-TW":"主旨"}},%[3]s]},"flow":%[4]s}`, one.key, one.more, one.fields, body))
		if err != nil {
			r.Fatal(err)
		}
		out = append(out, typ)
	}
	return out
}

// Whatever an office has drawn as its flow, with branches, rows, repeats and quorums, and whatever
// is done with a case and its rows: their trails alone tell the same as their rows in the store.
func TestReplayOfTheTrailOfADrawnFlowGivesTheSameState(t *testing.T) {
	seen, nodes := map[workflow.Verb]int{}, map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		o := openOffice(t, memory.New(), grown(r)...)
		rows := []forms.Row{{forms.RowID: "r1", "subject": "一"}, {forms.RowID: "r2", "subject": "二"}}
		sent, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "grown", Submit: true, Values: forms.Values{
			"subject": "採購", "a": rapid.Bool().Draw(r, "a"), "b": rapid.Bool().Draw(r, "b"), "lines": rows[:rapid.IntRange(0, 2).Draw(r, "rows")],
		}})
		if err != nil {
			r.Fatal(err)
		}
		house := []string{"P01", "P04", "P05", "P06", "P10", "P11", "P12", "P13"}
		after := "sending"
		for range rapid.IntRange(4, 20).Draw(r, "acts") {
			o.settle() // rows are opened and joined
			whole := o.holdsWhatIsTold(r, sent.Case, after, nodes)
			o.now = o.now.Add(time.Duration(rapid.IntRange(1, 5).Draw(r, "hours")) * time.Hour)
			one := whole[rapid.IntRange(0, len(whole)-1).Draw(r, "case")]
			who := house[rapid.IntRange(0, len(house)-1).Draw(r, "who")]
			if open := one.Flow.Open(); len(open) > 0 && rapid.IntRange(0, 3).Draw(r, "whose") > 0 { // mostly one whose turn it is
				named := open[rapid.IntRange(0, len(open)-1).Draw(r, "task")].Holder.Named
				who = named[rapid.IntRange(0, len(named)-1).Draw(r, "holder")].Person
			}
			c, err := o.kit.Case(o.ctx, o.as(who), one.ID)
			if err != nil {
				continue // none of his
			}
			pick := rapid.IntRange(0, 80).Draw(r, "pick")
			if pick > 40 && len(c.Mine) > 0 {
				pick = 0 // what decides stands first
			}
			a, ok := somethingToDo(c, pick, house[rapid.IntRange(0, len(house)-2).Draw(r, "named")])
			if !ok {
				continue
			}
			if _, err := o.kit.Act(o.ctx, o.as(who), one.ID, a); err == nil {
				seen[a.Verb]++
			}
			after = fmt.Sprintf("%s by %s", a.Verb, who)
		}
		o.settle()
		o.holdsWhatIsTold(r, sent.Case, after, nodes)
	})
	t.Log("done: ", seen, nodes)
	for _, verb := range []workflow.Verb{workflow.VerbApprove, workflow.VerbRecord, workflow.VerbReturn, workflow.VerbReassign, workflow.VerbConsult} {
		if seen[verb] == 0 && !testing.Short() {
			t.Errorf("%s never came up", verb)
		}
	}
	for _, node := range []string{"p", "c", "r", "x"} { // of each kind one was reached
		if nodes[node] == 0 && !testing.Short() {
			t.Errorf("no case came to %s", node)
		}
	}
}

// holdsWhatIsTold holds a case and its rows to their trails, and returns them.
func (o *office) holdsWhatIsTold(r *rapid.T, id, after string, nodes map[string]int) []ismskit.Case {
	ids, out := []string{id}, []ismskit.Case(nil)
	for i := 0; i < len(ids); i++ {
		c, err := o.kit.Case(o.ctx, ismskit.System("test"), ids[i])
		if err != nil {
			r.Fatal(err)
		}
		if what := replay(c.Trail).differs(stands(c)); what != "" || len(c.Faults) > 0 {
			r.Fatalf("after %s the trail of %s says %s; %v", after, c.Type, what, c.Faults)
		}
		for _, m := range c.Flow.Marks {
			if m.Status != workflow.MarkOff {
				nodes[m.Node[:1]]++
			}
		}
		for _, row := range c.Rows {
			ids = append(ids, row.Case.ID)
		}
		out = append(out, c)
	}
	return out
}

// Whoever is passed by because he has approved already stands on the trail by name: nobody else
// would know from it whose turn that was.
func TestWhoIsPassedByStandsOnTheTrail(t *testing.T) {
	step := `{"step":{"id":"%s","name":{"zh-TW":"%[1]s","en":"%[1]s"},"kind":"approve","who":[{"kind":"person","ids":["P11"]}]%s}}`
	flow := `{"key":"memo","version":"1","root":{"sequence":[` + fmt.Sprintf(step, "head", "") + `,` + fmt.Sprintf(step, "acting", `,"same_signer":"skip"`) + `]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		c := o.read("P13", id)
		last := c.Trail[len(c.Trail)-1]
		i := slices.IndexFunc(last.Closed, func(n ismskit.TaskNote) bool { return n.Status == workflow.TaskSkipped })
		if c.Flow.Outcome != workflow.OutcomeDone || i < 0 || len(last.Closed[i].Holders) != 1 || last.Closed[i].Holders[0].Person != "P11" {
			t.Errorf("%s, closed %+v", c.Flow.Outcome, last.Closed)
		}
	})
}
