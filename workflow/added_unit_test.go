package workflow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// A unit is asked through who speaks for it: any one of them answers for it, and whoever may not
// is left out. Where nobody is there, or nobody who may, it is refused by the unit's name.
func TestConsultsUnits(t *testing.T) {
	unit := func(name string, heads ...string) workflow.UnitAsked {
		return workflow.UnitAsked{Name: name, People: people(heads...), Why: map[string]string{"reason": "went_up", "reason.unit": name}}
	}
	for _, c := range []struct {
		name    string
		people  []string
		units   []workflow.UnitAsked
		refused *workflow.Refusal
		holders []string // of the tasks that open, and for which unit
		of      []string
	}{
		{name: "one", units: []workflow.UnitAsked{unit("資訊室", "I")}, holders: []string{"I"}, of: []string{"資訊室"}},
		{name: "beside a person", people: []string{"A"}, units: []workflow.UnitAsked{unit("資訊室", "I")}, holders: []string{"A", "I"}, of: []string{"", "資訊室"}},
		{name: "two who speak for one", units: []workflow.UnitAsked{unit("資訊室", "I", "J")}, holders: []string{"IJ"}, of: []string{"資訊室"}},
		{name: "one of them asks himself", units: []workflow.UnitAsked{unit("資訊室", "H", "J")}, holders: []string{"J"}, of: []string{"資訊室"}},
		{name: "two for which one speaks", units: []workflow.UnitAsked{unit("資訊室", "I"), unit("秘書室", "I")}, holders: []string{"I"}, of: []string{"資訊室、秘書室"}},
		{name: "one of several speaks for both", units: []workflow.UnitAsked{unit("資訊室", "J", "K"), unit("秘書室", "I", "J"), unit("政風室", "I", "K")}, holders: []string{"J", "IK"}, of: []string{"資訊室、秘書室", "政風室"}},
		{name: "one of them is named besides", people: []string{"I"}, units: []workflow.UnitAsked{unit("資訊室", "I", "J")}, holders: []string{"I", "J"}, of: []string{"", "資訊室"}},
		{name: "nobody", units: []workflow.UnitAsked{unit("資訊室")}, refused: workflow.ErrUnitNobody},
		{name: "his own", units: []workflow.UnitAsked{unit("資訊室", "H")}, refused: workflow.ErrAlready},
		{name: "named as a person too", people: []string{"I"}, units: []workflow.UnitAsked{unit("資訊室", "I")}, refused: workflow.ErrAlready},
		{name: "text that is none", units: []workflow.UnitAsked{unit("\xff", "I")}, refused: workflow.ErrInput},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := twoStepDesk(t)
			head := d.open("head")
			a := does(workflow.VerbConsult, head, "H", "請表示意見")
			a.People, a.Units = people(c.people...), c.units
			if c.refused != nil {
				d.refuse(c.refused, a)
				if got := workflow.AsRefusal(d.try(a)); c.refused != workflow.ErrInput && (got.Params["unit"] != "資訊室" || !strings.Contains(got.Message("zh-TW"), "「資訊室」") || !strings.Contains(got.Message("en"), "“資訊室”")) {
					t.Errorf("refused without its name: %s", got.Message("zh-TW"))
				}
				return
			}
			d.must(a)
			var holders, of []string
			for _, task := range d.s.Open() {
				if task.Origin == workflow.OriginConsult {
					who := ""
					for _, s := range task.Holder.Named {
						who += s.Person
					}
					holders, of = append(holders, who), append(of, task.Why[workflow.WhyUnit])
					for _, u := range workflow.UnitsAsked(task.Why) {
						if u.Why["reason"] != "went_up" || u.Why["reason.unit"] != u.Name {
							t.Errorf("of %s is known %v", u.Name, u.Why)
						}
					}
				}
			}
			if !slices.Equal(holders, c.holders) || !slices.Equal(of, c.of) {
				t.Fatalf("asked %v of %v", holders, of)
			}
			// It comes back once each has answered, and goes on.
			for _, task := range d.s.Open() {
				if task.Origin == workflow.OriginConsult {
					d.must(does(workflow.VerbApprove, task.ID, task.Holder.Named[0].Person, "無意見"))
				}
			}
			d.must(does(workflow.VerbApprove, head, "H", ""))
			d.opened("chief")
		})
	}
}

// Only an opinion is asked of a unit: what is signed is signed by somebody, and no verb drops
// the units that are named with it.
func TestOnlyConsultAsksUnits(t *testing.T) {
	for _, verb := range []workflow.Verb{workflow.VerbAddBefore, workflow.VerbAddAfter, workflow.VerbDelegate, workflow.VerbApprove} {
		d := twoStepDesk(t)
		a := does(verb, d.open("head"), "H", "請表示意見")
		if workflow.NamesPeople(verb) {
			a.People = people("I")
		}
		a.Units = []workflow.UnitAsked{{Name: "資訊室", People: people("J")}}
		d.refuse(workflow.ErrUnits, a)
	}
}

// Whose head the step is kept apart from, is told by the unit's name why it is not asked.
func TestAUnitWhoseHeadIsKeptApartIsRefusedByItsName(t *testing.T) {
	d := newDesk(t, parse(t, recording("")), values{named: map[string][]string{"responsible": {"U"}}}, seats("record", people("A")))
	d.send()
	a := does(workflow.VerbConsult, d.open("record", "A"), "A", "請表示意見")
	a.Units = []workflow.UnitAsked{{Name: "秘書室", People: people("J")}, {Name: "資訊室", People: people("U")}}
	d.refuse(workflow.ErrSeparation, a)
	got := workflow.AsRefusal(d.try(a))
	for lang, name := range map[string]string{"zh-TW": "「資訊室」", "en": "“資訊室”"} {
		if said := got.Message(lang); !strings.Contains(said, name) || strings.Contains(said, "{") {
			t.Errorf("%s: %s", lang, said)
		}
	}
}
