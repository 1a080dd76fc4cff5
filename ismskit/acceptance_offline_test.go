package ismskit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// stood is the three days on which the office's systems stood.
var stood = ismskit.ClosedDays{From: on(time.November, 24), To: on(time.November, 26), Outage: true, Reason: "機房停電"}

// U9: systems stand for three days, people work on. They have a printed form of the edition
// in force and numbers given by hand, and their papers stay papers. Afterwards one
// officer enters the outage: what nobody could do counts as no working day, what was
// missed is told in one message, and the papers are entered and attested to.
func TestU9_AnOfflineDay(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		numbers := o.reserve(3)
		blank, err := o.kit.Types().Blank(o.ctx, o.as("P13"), "account_request", ismskit.Imprint{Agency: "民政局", Lang: "zh-TW"})
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := o.kit.Types().Get(o.ctx, o.as("P13"), "account_request")
		if err != nil || kind.Edition == "" {
			t.Fatalf("edition %q, %v", kind.Edition, err)
		}
		for _, says := range []string{"權限帳號申請單", kind.FormNo, kind.Edition} {
			if !strings.Contains(string(blank.Body), says) {
				t.Errorf("the form to be filled in by hand does not say %q", says)
			}
		}
		waiting := o.apply("P13", threeRows())
		o.settle()
		o.due(waiting.Case, map[string]string{"head": "11-26 00:00"})

		// Nobody can act, and no server runs, until Friday.
		o.now = monday.AddDate(0, 0, 4).Add(3 * time.Hour)
		ctx, cancel := context.WithCancel(o.ctx)
		ran := make(chan error, 1)
		go func() { ran <- o.kit.Run(ctx) }()
		o.wait(func() bool { return len(o.noticesOf("P11")) >= 2 })
		cancel()
		if err := <-ran; err != nil {
			t.Fatal(err)
		}
		o.told("P11", "opened@11-23", "overdue@11-27")
		if last := o.noticesOf("P11")[1]; !strings.Contains(last.Body, "另有 3 則提醒") || strings.Contains(last.Body, "將於") {
			t.Errorf("what was missed is one message: %s", last.Body)
		}

		// One entry for the outage.
		o.overseer("P05")
		m := o.preview(stood)
		if m.Cases != 1 || m.Deadlines != 1 || m.Others || len(m.Lines) != 1 {
			t.Fatalf("preview: %+v", m)
		}
		if l := m.Lines[0]; l.Number != waiting.Number || l.From != on(time.November, 25) || l.To != on(time.November, 30) {
			t.Errorf("preview: %+v", l)
		}
		o.closed(stood)
		o.due(waiting.Case, map[string]string{"head": "12-01 00:00"})
		trail := o.read("P13", waiting.Case).Trail
		if last := trail[len(trail)-1]; last.Verb != workflow.VerbRedate || last.Comment != "115.11.24系統停機（機房停電），期限重新計算；115.11.25系統停機（機房停電），期限重新計算；115.11.26系統停機（機房停電），期限重新計算" {
			t.Errorf("on the trail: %s", last.Comment)
		}
		if late := o.todo("P11"); len(late) != 1 || !late[0].Due.After(o.now) {
			t.Errorf("still late: %d", len(late))
		}

		// The papers of those days.
		entered, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: o.onPaper(numbers[0].Number), Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, signer := range []string{"P13", "P11"} {
			o.act(signer, entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.settle()
		for _, n := range numbers[1:] {
			if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), n.Number, "停機期間未使用"); err != nil {
				t.Fatal(err)
			}
		}
		o.numbers(numbers[0].Number+" used", numbers[1].Number+" void", numbers[2].Number+" void")
		found, err := o.kit.Records().Query(o.ctx, o.as("P04"), record.Query{Origins: []string{ismskit.OriginPaper}, Kinds: []string{ismskit.RecordCase}})
		if err != nil || len(found) != 1 || found[0].Number != numbers[0].Number {
			t.Errorf("%+v %v", found, err)
		}
		printed, err := o.kit.Records().Print(o.ctx, o.as("P13"), entered.Case, ismskit.Imprint{Agency: "民政局", Lang: "zh-TW"})
		if err != nil {
			t.Fatal(err)
		}
		for _, says := range []string{"紙本簽核後補登", "資訊室鐵櫃 A-3", numbers[0].Number} {
			if !strings.Contains(string(printed.Body), says) {
				t.Errorf("the print does not say %q", says)
			}
		}
	})
}

// An office that works in English reads on the trail what happened, with a place only
// where one was announced.
func TestTheTrailSaysWhyADeadlineMovedInEnglish(t *testing.T) {
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Lang, cfg.Types = "en", append(cfg.Types, memo(t, twoStepFlow)) })
	says := func(id, want string) {
		t.Helper()
		trail := o.read("P13", id).Trail
		if last := trail[len(trail)-1]; last.Comment != want {
			t.Errorf("on the trail: %q, want %q", last.Comment, want)
		}
	}
	id := o.memo()
	o.closed(ismskit.ClosedDays{From: on(time.November, 24), Outage: true, Reason: "power cut"})
	says(id, "24 Nov 2026: systems down (power cut); deadlines counted anew")
	o.closed(ismskit.ClosedDays{From: on(time.November, 25), Place: "Taipei City", Reason: "typhoon"})
	says(id, "25 Nov 2026, Taipei City: offices closed (typhoon); deadlines counted anew")
	o.withdrawn(on(time.November, 24))
	says(id, "24 Nov 2026: systems down (power cut), withdrawn; deadlines counted anew")
}
