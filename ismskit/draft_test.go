package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// A draft holds what was typed, be it right or wrong, and says what is wrong; it
// is not sent before that is mended.
func TestADraftKeepsWhatWasTyped(t *testing.T) {
	o := openOffice(t, nil)
	values := threeRows()
	rows := values["lines"].([]forms.Row)
	rows[0]["period"] = nil // half a date is no value
	rows[1]["period"] = forms.Period{From: calendar.Date{Year: 2026, Month: 12, Day: 1}, To: calendar.Date{Year: 2026, Month: 1, Day: 1}}
	typed := forms.Posted{"lines.1.period.from": {"115.12"}, "lines.1.period.to": {"下個月"}}
	draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: values, Typed: typed})
	if err != nil {
		t.Fatal(err)
	}
	if at := draft.Wrong.At("lines.1.period"); len(at) == 0 {
		t.Errorf("the receipt doesn't say what is wrong: %v", draft.Wrong)
	}
	c, err := o.kit.Case(o.ctx, o.as("P13"), draft.Case)
	if err != nil {
		t.Fatal(err)
	}
	if c.Typed.Get("lines.1.period.to") != "下個月" || c.Typed.Get("lines.1.period.from") != "115.12" {
		t.Errorf("typed: %v", c.Typed)
	}
	if kept, _ := c.Fields["lines"].([]forms.Row)[1]["period"].(forms.Period); kept.To.Year != 2026 {
		t.Errorf("a period that ends before it begins is gone: %v", c.Fields["lines"])
	}
	if len(c.Wrong.At("lines.1.period")) == 0 || len(c.Wrong.At("lines.2.period")) == 0 || len(c.Wrong) != 2 {
		t.Errorf("complaints: %v", c.Wrong)
	}

	// It waits for him to send it, on his list and where he looks at it.
	mine, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
	if err != nil || len(mine) != 1 || !mine[0].Draft || !mine[0].MaySend || !c.MaySend {
		t.Errorf("to be sent: %v, %+v %v", c.MaySend, mine, err)
	}

	// What is not touched stays, typed texts too.
	o.act("P13", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "改過的主旨"}})
	_, err = o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	invalid, ok := errors.AsType[forms.Invalid](err)
	if !ok || len(invalid.At("lines.1.period")) == 0 || len(invalid.At("lines.2.period")) == 0 {
		t.Fatalf("sent with half a date: %v", err)
	}
	mended := threeRows()["lines"]
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"lines": mended}})
	if c, err = o.kit.Case(o.ctx, o.as("P13"), draft.Case); err != nil || len(c.Typed) > 0 || c.MaySend || c.Fields["subject"] != "改過的主旨" {
		t.Errorf("after sending: %v, %v, %v", c.Typed, c.Fields["subject"], err)
	}
}

// A name that nobody has is no value either, though nothing about it looks wrong.
func TestANameThatFitsNobodyIsNotForgotten(t *testing.T) {
	o := openOffice(t, nil)
	draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{
		Type: "account_request", Values: threeRows(), Typed: forms.Posted{"attachments": {"合約掃描"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	if invalid, ok := errors.AsType[forms.Invalid](err); !ok || len(invalid.At("attachments")) != 1 {
		t.Fatalf("%v", err)
	}
	// The field left empty on purpose is mended.
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"attachments": nil}})
}

// However wrong a draft may be, it names no file of somebody else, not even behind
// another mistake.
func TestADraftNamesNoForeignFile(t *testing.T) {
	o := openOffice(t, nil)
	foreign, err := o.kit.Files().Upload(o.ctx, o.as("P11"), "機密.txt", reader("機密內容"))
	if err != nil {
		t.Fatal(err)
	}
	own, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "自己的.txt", reader("自己的內容"))
	if err != nil {
		t.Fatal(err)
	}
	disguised := foreign
	disguised.MediaType = "application/x-none"
	for name, files := range map[string][]forms.File{
		"alone": {foreign}, "of a kind that is refused anyway": {disguised}, "behind another": {{Name: "x", Digest: own.Digest, MediaType: "application/x-none"}, foreign},
	} {
		_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: forms.Values{"attachments": files}})
		if invalid, ok := errors.AsType[forms.Invalid](err); !ok || invalid[0].Code != "file_gone" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What somebody doesn't mention he doesn't change; nil empties.
func TestOnlyWhatIsSentChanges(t *testing.T) {
	o := openOffice(t, nil)
	draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: threeRows()})
	if err != nil {
		t.Fatal(err)
	}
	fields := func() forms.Values {
		c, err := o.kit.Case(o.ctx, o.as("P13"), draft.Case)
		if err != nil {
			t.Fatal(err)
		}
		return c.Fields
	}
	o.act("P13", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "新主旨", "nda": nil}})
	if f := fields(); f["subject"] != "新主旨" || f["reason"] != "業務需要" || f["nda"] != nil || len(f["lines"].([]forms.Row)) != 3 {
		t.Errorf("after changing one field: %v", f)
	}
	// One cell of one row; the other two rows are taken out.
	o.act("P13", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{
		"lines": []forms.Row{{forms.RowID: "row1", "purpose": "改過的用途", "responsible": nil}},
	}})
	rows := fields()["lines"].([]forms.Row)
	if len(rows) != 1 || rows[0]["purpose"] != "改過的用途" || rows[0]["system"] == nil || rows[0]["responsible"] != nil {
		t.Errorf("after changing one cell: %v", rows)
	}

	// In a step too: what the handler entered stays when he enters the rest.
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	child := o.todo("P06")[0].Case
	o.act("P06", child, ismskit.Action{
		Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-1"}, Values: forms.Values{"given_account": "tu"},
	})
	o.act("P06", child, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Reply: "已開通", ReplyNumber: "B-1", Proof: []string{"電話紀錄"}}})
	o.act("P06", child, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"result_note": "已開通"}})
	c, err := o.kit.Case(o.ctx, o.as("P06"), child)
	if err != nil || c.Fields["given_account"] != "tu" || c.Fields["result_note"] != "已開通" {
		t.Errorf("given account %v, %v", c.Fields["given_account"], err)
	}
}
