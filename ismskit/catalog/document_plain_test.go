package catalog

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// byHand files the procedure's next version as its controller does without sign-off.
func (o *office) byHand(label string) error {
	o.Helper()
	now, file := o.doc(procedure), o.newText("P07")
	_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{
		Document: document.Document{ID: now.ID}, Seen: now.Revision, Supersedes: now.Current,
		Version: document.Version{
			Label: label, Issued: "2026-11-23", Approver: "局長 顧維中", ApprovalWay: document.ByRegister,
			Files: []document.File{{Name: file.Name, Digest: file.Digest, Main: true}},
		},
	})
	return err
}

// B1.2: a house without sign-off keeps its documents as a register: its controller revises, stops
// and retires them with a reason, and who took a copy of what is stopped is told. Once the house
// says that its documents change by sign-off alone nobody goes past it.
func TestB1_2DocumentsAreAPlainRegisterUntilTheHouseSignsThem(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		asked := o.asked("P13", o.revision("P13", date(11, 25)))
		if refusal, ok := errors.AsType[*document.Refusal](o.byHand("1.4")); !ok || refusal.Code != "under_way" {
			t.Errorf("filed while a request is on its way: %v", o.byHand("1.4"))
		}
		o.act("P13", asked.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "改由登錄"})
		must(t, o.byHand("1.4"))
		issued := o.doc(procedure)
		if v := issued.Versions[len(issued.Versions)-1]; issued.Current != "1.4" || v.ApprovalWay != document.ByRegister || v.Case != "" {
			t.Fatalf("%+v", v)
		}
		_, err := o.kit.Documents().Read(o.ctx, o.as("P14"), procedure, "1.4")
		must(t, err)
		end := func(person string, stop bool, reason string) error {
			now := o.doc(procedure)
			return o.kit.Documents().End(o.ctx, o.as(person), ismskit.DocumentEnd{Document: now.ID, Stop: stop, Reason: reason, Seen: now.Revision})
		}
		if err := end("P13", true, "誤發"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("a clerk stops it: %v", err)
		}
		if refusal, ok := errors.AsType[*document.Refusal](end("P07", true, " ")); !ok || refusal.Field != document.FieldReason {
			t.Error("stopped without a reason")
		}
		must(t, end("P07", true, "附則誤植"))
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		if now := o.doc(procedure); now.Current != "1.3" || now.Versions[len(now.Versions)-1].State != document.Stopped {
			t.Errorf("%+v", now.Document)
		}
		told := false
		all, err := o.kit.Queue().Inbox(o.ctx, o.as("P14"), ismskit.NoticeFilter{})
		must(t, err)
		for _, m := range all {
			told = told || m.Rule == "stopped" && strings.Contains(m.Body, "現行版恢復為 1.3 版")
		}
		if !told {
			t.Errorf("who took 1.4 is not told: %+v", all)
		}

		row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Settings, ismskit.SettingSigned)
		must(t, err)
		says := func(value string) {
			t.Helper()
			v, err := o.kit.Registers().Fields(o.ctx, loading, row)
			must(t, err)
			v = v.Clone()
			v["value"] = value
			row, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Settings, ID: row.ID, Seen: row.Revision, Values: v, Reason: "資通安全推動小組決議"})
			must(t, err)
		}
		says("是")
		for what, err := range map[string]error{"filed": o.byHand("1.5"), "stopped": end("P07", true, "x"), "retired": end("P07", false, "x")} {
			if refusal, ok := errors.AsType[*document.Refusal](err); !ok || !strings.Contains(refusal.Text("zh-TW"), "文件變更申請單") {
				t.Errorf("%s past the sign-off: %v", what, err)
			}
		}
		r := o.asked("P13", o.revision("P13", date(11, 23)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if now := o.doc(procedure); now.Current != "1.5" {
			t.Errorf("by request %s is in force", now.Current)
		}
		says("否")
		must(t, end("P07", false, "併入他件"))
		if now := o.doc(procedure); now.Retired != "2026-11-23" {
			t.Errorf("%+v", now.Document)
		}
		o.l.everyChainHolds(t)
	})
}
