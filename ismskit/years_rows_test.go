package ismskit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// journeys are a request whose rows have rows of their own: who plans a stage of a journey
// divides it, and each part is looked over.
func journeys(t *testing.T) []ismskit.Type {
	t.Helper()
	const stages = `{"key":"stages","type":"table","label":{"zh-TW":"行程"},"fields":[{"key":"what","type":"text","label":{"zh-TW":"地點"}}]}`
	const what = `{"key":"what","type":"text","label":{"zh-TW":"地點"}}`
	step := func(id, kind, person, more string) string {
		return fmt.Sprintf(`{"step":{"id":"%s","name":{"zh-TW":"檢視"},"kind":"%s","who":[{"kind":"person","ids":["%s"]}]%s}}`, id, kind, person, more)
	}
	split := func(typ string) string {
		return fmt.Sprintf(`{"split":{"id":"rows","name":{"zh-TW":"分項"},"over":"stages","type":"%s"}}`, typ)
	}
	typ := func(key, more, fields, child, nodes string) ismskit.Type {
		out, err := ismskit.ParseType(fmt.Appendf(nil, `{"key":"%[1]s","version":"1","title":{"zh-TW":"出差單"},"subject":"what",%[2]s
			"form":{"key":"%[1]s","version":"1","title":{"zh-TW":"出差單"},"fields":[%[3]s]},
			"flow":{"key":"%[1]s","version":"1",%[4]s"root":{"sequence":[%[5]s]}}}`, key, more, fields, child, nodes))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	return []ismskit.Type{
		typ("journey", `"offered":true,"number":{"pattern":"J-{roc}-{n:3}"},`, what+","+stages, "", step("head", "approve", "P11", "")+","+split("stage")),
		typ("stage", `"closing":"noted",`, what+","+strings.Replace(stages, `"fields"`, `"later":true,"fields"`, 1), `"child":true,`,
			step("plan", "review", "P06", `,"edit":["stages"]`)+","+split("traveller")),
		typ("traveller", "", what, `"child":true,`, step("look", "review", "P05", "")),
	}
}

// journey is a request that lies with its head, or has been agreed to.
func (o *office) journey(agreed bool) string {
	o.t.Helper()
	r, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "journey", Submit: true, Values: forms.Values{
		"what": "離島演練", "stages": []forms.Row{{forms.RowID: "a", "what": "馬公"}},
	}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.settle()
	if agreed {
		o.act("P11", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.act("P06", o.todo("P06")[0].Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"stages": []forms.Row{{forms.RowID: "b", "what": "望安"}}}})
		o.settle()
	}
	return r.Case
}

func journeyOffice(t *testing.T, store ismskit.Store, change func(c *ismskit.Config)) *office {
	o := openOfficeWith(t, store, func(c *ismskit.Config) {
		c.Rights.ManageRecords = []string{"records/records_manager"}
		change(c)
	})
	o.role("records", "records_manager", "P04")
	return o
}

func withJourneys(t *testing.T) func(c *ismskit.Config) {
	return func(c *ismskit.Config) {
		c.Types = append(c.Types, journeys(t)...)
		c.Hooks["noted"] = func(context.Context, ismskit.Closing) ([]ismskit.Effect, error) { return nil, nil }
	}
}

// yearsBelow are the years of a request, of its first row and of that one's first row.
func (o *office) yearsBelow(id string) (out []int) {
	o.t.Helper()
	for id != "" {
		c := o.read("P04", id)
		out, id = append(out, c.Year), ""
		if len(c.Rows) > 0 {
			id = c.Rows[0].Case.ID
		}
	}
	return out
}

// A request that is filed under another year takes its rows with it, and their rows.
func TestRowsOfRowsGoWithTheWorkingYear(t *testing.T) {
	o := journeyOffice(t, nil, withJourneys(t))
	id := o.journey(true)
	for _, year := range []int{116, 115} {
		if err := o.setYear("P04", "case/"+id, year, "屬次年度計畫"); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(o.yearsBelow(id)); got != fmt.Sprint([]int{year, year, year}) {
			t.Errorf("filed under %s", got)
		}
	}
}

// beforeUpdate does something once before the next transaction.
type beforeUpdate struct {
	ismskit.Store
	do func()
}

func (s *beforeUpdate) Update(ctx context.Context, f func(context.Context, ismskit.Tx) error) error {
	if do := s.do; do != nil {
		s.do = nil
		do()
	}
	return s.Store.Update(ctx, f)
}

// Its rows open in the very moment in which the officer files it under another year.
func TestARowThatOpensMeanwhileGoesWithTheWorkingYear(t *testing.T) {
	store := &beforeUpdate{Store: memory.New()}
	o := journeyOffice(t, store, withJourneys(t))
	id := o.journey(false)
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	store.do = o.settle
	if err := o.setYear("P04", "case/"+id, 116, "屬次年度計畫"); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(o.yearsBelow(id)); got != "[116 116]" {
		t.Errorf("filed under %s", got)
	}
}

// A case that can only be read is filed under no other year, nor is anything of a request that
// has such a row.
func TestTheWorkingYearOfACaseThatCanOnlyBeReadStays(t *testing.T) {
	store := memory.New()
	o := journeyOffice(t, store, withJourneys(t))
	id := o.journey(true)
	o = openOfficeAt(t, store, o.now, func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	if row := o.read("P04", id).Rows[0]; !errors.Is(o.kit.Records().SetYear(o.ctx, o.as("P04"), ismskit.YearChange{Record: "case/" + id, Year: 116, Reason: "誤植"}), ismskit.ErrReadOnly) {
		t.Errorf("its row %s can only be read, and it was filed anew", row.Case.ID)
	}
	if got := fmt.Sprint(o.yearsBelow(id)); got != "[115 115 115]" {
		t.Errorf("filed under %s", got)
	}
}
