package officertest

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever signs a change of a document sees on its page what differs, or that he has to compare
// by hand and why; so does who previews the print before he sends it.
func TestThePageOfAChangeSaysWhatWasCompared(t *testing.T) {
	h := webtest.OpenHouse(t)
	who := ismskit.Actor{Person: "P13", Assurance: "password", Channel: "go"}
	doc, err := h.Kit.Documents().Get(t.Context(), ismskit.System("test"), "IS-02-008")
	if err != nil {
		t.Fatal(err)
	}
	draft := func(name, content string) string {
		t.Helper()
		file, err := h.Kit.Files().Upload(t.Context(), who, name, strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		r, err := h.Kit.Open(t.Context(), who, ismskit.Opening{Type: catalog.TypeDocumentChange, Values: forms.Values{
			"op": "revise", "document": forms.Ref{List: "document", ID: doc.ID}, "bump": "minor", "note": "增訂", "file": file, "issue_on": calendar.Date{Year: 2026, Month: 11, Day: 30}}})
		if err != nil {
			t.Fatal(err)
		}
		return r.Case
	}
	clerk := h.As(t, "P13")
	locked := draft("新版.pdf", "%PDF-1.7\ntrailer\n<</Root 1 0 R /Encrypt 2 0 R>>\n%%EOF\n")
	clerk.Get("/cases/"+locked+"/print").Says(t, 200, "條文對照", `<p class="sheet__byhand">新版檔案設有密碼，無法讀取，請人工核對</p>`)
	plain := draft("新版.txt", "壹、目的\n\n一、全新之條文。")
	clerk.Get("/cases/"+plain+"/print").Says(t, 200, "條文對照", "已自動比對，差異如條文對照", "全新之條文").Not(t, "sheet__byhand")
	if _, err := h.Kit.Act(t.Context(), who, locked, ismskit.Action{Verb: workflow.VerbSubmit}); err != nil {
		t.Fatal(err)
	}
	h.As(t, "P07").Get("/cases/"+locked).Says(t, 200, `<p class="band band--old">新版檔案設有密碼，無法讀取，請人工核對</p>`)
	h.As(t, "P07").Get("/cases/"+locked+"?lang=en").Says(t, 200, "The new file opens with a password only: please compare by hand")
}

// An execution record that was filed by mistake is taken back on its page, with a reason.
func TestAnExecutionRecordIsTakenBackOnItsPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	who := ismskit.Actor{Person: "P07", Assurance: "password", Channel: "go"}
	file, err := h.Kit.Files().Upload(t.Context(), who, "報告.txt", strings.NewReader("外部稽核報告"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Kit.Open(t.Context(), who, ismskit.Opening{Type: catalog.TypeExecutionRecord, Submit: true, Values: forms.Values{
		"category": forms.Ref{List: "register/categories", ID: "C04"}, "subject": "外部稽核報告誤傳", "kind": "report", "files": []forms.File{file}}})
	if err != nil {
		t.Fatal(err)
	}
	officer, page := h.As(t, "P07"), "/cases/"+r.Case
	officer.Get("/records").Says(t, 200, "外部稽核報告誤傳")
	form, offered := officer.Get(page).Says(t, 200, "留存", "撤回紀錄").Form(t, "retract")
	if !offered {
		t.Fatal("it is not offered")
	}
	if _, offered := h.As(t, "P02").Get(page).Says(t, 200, "留存").Form(t, "retract"); offered {
		t.Error("it is offered to who only reads the category")
	}
	officer.Post(form.Action, form.With("comment", "")...).Says(t, 422, "請說明撤回紀錄的原因。")
	officer.Post(form.Action, form.With("comment", "誤傳其他機關之報告")...).Says(t, 200, "<strong>本紀錄已撤回", "理由：誤傳其他機關之報告", "報告.txt").Not(t, "請說明撤回紀錄的原因。")
	officer.Get("/records").Says(t, 200).Not(t, "外部稽核報告誤傳")
	officer.Get("/records?state=retracted").Says(t, 200, "外部稽核報告誤傳", "已撤回")
}
