package ismskit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// urgent is a request that was approved by word of mouth on the evening before.
func urgent(approver string, approved, done time.Time) forms.Values {
	v := forms.Values{
		"subject": "資料庫主機換碟，加開維護帳號", "op": "add", "reason": "主機磁碟損壞", "lines": []forms.Row{line("row1", "S01", person("P13"))},
		"emergency": true, "oral_approver": person(approver), "oral_at": approved,
	}
	if !done.IsZero() {
		v["done_at"] = done
	}
	return v
}

// K3.4 緊急變更: oral approval first, then the work, then the form. The three times are
// kept apart and in order; the draft that registers the approval is chased until it is
// sent; its approver confirms in person.
func TestK3_4TheFormFollowsTheOralApproval(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		approved, done := monday.Add(-20*time.Minute), monday.Add(-5*time.Minute)
		draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: urgent("P11", approved, time.Time{})})
		if err != nil {
			t.Fatal(err)
		}
		if todo := o.todo("P13"); len(todo) != 1 || todo[0].Kind != ismskit.TaskLateForm || todo[0].DueDate != "2026-11-26" {
			t.Errorf("on his list: %+v", todo)
		}
		o.settle()
		o.told("P11", "oral@11-23") // his word is not claimed behind his back
		if c := o.read("P11", draft.Case); c.Oral == nil || c.Oral.Approver != "邱柏叡" || !c.Oral.Written.IsZero() {
			t.Errorf("the approver sees: %+v", c.Oral)
		}

		// Nobody remembers the form: it is chased, and his head hears of it.
		o.until(monday.AddDate(0, 0, 7).Add(3 * time.Hour)) // 115.11.30
		o.told("P13", "late_form@11-25", "late_form@11-26", "late_form@11-27", "late_form@11-30")
		o.told("P11", "oral@11-23", "late_form_up@11-27")

		send := func(change forms.Values) error {
			_, err := o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: change})
			return err
		}
		o.refusedAt(send(forms.Values{"done_at": done}), "late_reason", "補單期限為 115.11.26，已逾期，請說明逾期原因。")
		late := "事後支援外所"
		o.refusedAt(send(forms.Values{"done_at": approved.Add(-time.Minute), "late_reason": late}), "done_at",
			"處理時間（115.11.23 08:39）早於口頭核准時間（115.11.23 08:40）；緊急事項仍須先經口頭核准才能施作，請確認時間。")
		o.refusedAt(send(forms.Values{"done_at": o.now.Add(time.Hour), "late_reason": late}), "done_at",
			"處理時間（115.11.30 13:00）晚於填單時間（115.11.30 12:00），請填已發生的時間。")
		o.refusedAt(send(forms.Values{"done_at": done, "late_reason": late, "oral_approver": person("P12")}), "oral_approver",
			"口頭核准人須為申請人的權責主管（邱柏叡、顧維中），請重新選擇。")
		invalid, _ := errors.AsType[forms.Invalid](send(forms.Values{"done_at": done, "late_reason": late, "oral_approver": person("P12")}))
		if len(invalid) != 1 || !strings.Contains(invalid[0].Message("en"), "(邱柏叡, 顧維中)") {
			t.Errorf("in English: %v", invalid)
		}
		o.refusedAt(send(forms.Values{"late_reason": late}), "done_at", "")
		if err := send(forms.Values{"done_at": done, "late_reason": late}); err != nil {
			t.Fatal(err)
		}

		// He confirms it himself: his deputy may not, and as unit head he is not asked twice.
		absence := ismskit.Absence{Deputies: []string{"P12"}, From: o.now, To: o.now.AddDate(0, 0, 1), Reason: "公假"}
		if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), absence); err != nil {
			t.Fatal(err)
		}
		if todo := o.todo("P12"); len(todo) != 0 {
			t.Errorf("the deputy's list: %+v", todo)
		}
		_, err = o.kit.Act(o.ctx, ismskit.Actor{Person: "P12", For: "P11", Channel: "go"}, draft.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if err == nil {
			t.Error("a deputy confirmed what another had said")
		}
		c := o.read("P11", draft.Case)
		if len(c.Mine) != 1 || c.Mine[0].Step != "oral" || c.Mine[0].Why.In("zh-TW") != "您是口頭核准人，請本人確認確曾於 115.11.23 08:40 口頭核准" {
			t.Fatalf("his task: %+v", c.Mine)
		}
		if c.Oral.Confirmed != nil || !c.Oral.Late || !c.Oral.Written.Equal(o.now) {
			t.Errorf("before he confirms: %+v", c.Oral)
		}
		o.act("P11", draft.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		c = o.read("P13", draft.Case)
		got := c.Oral
		if got.Confirmed == nil || got.Confirmed.Name != "邱柏叡" || !got.Approved.Equal(approved) || !got.Done.Equal(done) ||
			!got.Written.After(got.Done) || got.Due.Date.ROC() != "115.11.26" || got.Reason != late {
			t.Errorf("the three times: %+v", got)
		}
		if len(c.Rows) != 1 || len(c.Flow.Open()) != 0 {
			t.Errorf("the head was asked again: %+v", c.Flow.Open())
		}
	})
}

// Whoever did not approve says so: the form goes back to its applicant, with his reason.
func TestTheOralApproverDisputes(t *testing.T) {
	o := openOffice(t, nil)
	sent := o.apply("P13", urgent("P01", monday.Add(-time.Hour), monday.Add(-time.Minute)))
	_, err := o.kit.Act(o.ctx, o.as("P01"), sent.Case, ismskit.Action{Verb: workflow.VerbReturn})
	if r := workflow.AsRefusal(err); r == nil || r.Code != workflow.ErrReason.Code {
		t.Errorf("without a reason: %v", err)
	}
	o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "當晚未接獲報告"})
	if c := o.read("P13", sent.Case); c.Flow.Phase != workflow.PhaseReturned || c.Oral.Confirmed != nil {
		t.Errorf("%s %+v", c.Flow.Phase, c.Oral)
	}
	// The head is another person here, and signs as always.
	o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	if todo := o.todo("P11"); len(todo) != 1 || todo[0].Step != "head" {
		t.Errorf("%+v", todo)
	}
}

// An ordinary request knows nothing of all this.
func TestAnOrdinaryRequestHasNoOralApproval(t *testing.T) {
	o := openOffice(t, nil)
	sent := o.apply("P13", threeRows())
	if c := o.read("P13", sent.Case); c.Oral != nil || c.Flow.Open()[0].Step != "head" {
		t.Errorf("%+v", c.Oral)
	}
}

// refusedAt holds a refusal to its field and, unless "", its sentence.
func (o *office) refusedAt(err error, field, text string) {
	o.t.Helper()
	var invalid forms.Invalid
	if !errors.As(err, &invalid) || len(invalid) != 1 || invalid[0].Field != field || text != "" && invalid[0].Message("zh-TW") != text {
		if len(invalid) > 0 {
			err = errors.New(invalid[0].Field + ": " + invalid[0].Message("zh-TW"))
		}
		o.t.Errorf("%v; want %s: %s", err, field, text)
	}
}
