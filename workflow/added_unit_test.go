package workflow_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// A unit is asked through who speaks for it: any one of them answers for it, and whoever may not
// is left out. Where nobody is there, or nobody who may, it is refused by the unit's name.
func TestConsultsUnits(t *testing.T) {
	unit := func(name string, heads ...string) workflow.UnitAsked {
		return workflow.UnitAsked{Name: name, People: people(heads...), Why: map[string]string{"code": "is_head"}}
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
		{name: "nobody", units: []workflow.UnitAsked{unit("資訊室")}, refused: workflow.ErrUnitNobody},
		{name: "his own", units: []workflow.UnitAsked{unit("戶政科", "H")}, refused: workflow.ErrAlready},
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
				if got := workflow.AsRefusal(d.try(a)); c.refused == workflow.ErrUnitNobody && got.Params["unit"] != "資訊室" {
					t.Errorf("refused without its name: %v", got.Params)
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
