package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// Every type that people or the house itself open goes to its end in the
// demonstration's agency, whatever its branches and whatever is decided in a step, and so do
// the rows that it opens.
func TestEveryTypeGoesToItsEndInEveryBranch(t *testing.T) {
	clock := kittest.NewClock(monday)
	cfg := demoConfig(t, memory.New())
	cfg.Now, cfg.Rights.ManageRecords, cfg.Rights.ReadAll = clock.Now, []string{"records/records_manager"}, []string{"records/reads_all"}
	d, err := ReadDemo(Options{})
	must(t, err)
	must(t, d.Load(t.Context(), cfg, monday))
	kit, err := ismskit.New(cfg)
	must(t, err)
	must(t, kit.Start(t.Context()))
	person := func(id string) forms.Person { return forms.Person{Kind: forms.InDirectory, ID: id} }
	system := forms.Ref{List: "register/" + register.Systems, ID: "S01"}
	today := calendar.DateOf(monday.In(time.FixedZone("Asia/Taipei", 8*3600)))
	grant := forms.Values{"system": system, "account_user": person("P13"), "responsible": person("P11"), "until": today}
	values := map[string]forms.Values{
		TypeAccountRequest: {
			"subject": "試跑", "op": "add", "reason": "業務需要", "nda": true,
			"oral_approver": person("P11"), "oral_at": monday.Add(-2 * time.Hour).UTC(), "done_at": monday.Add(-time.Hour).UTC(), "late_reason": "假日無法登入系統",
			"lines": []forms.Row{{
				forms.RowID: "row1", "system": system, "permission": []string{permissionOf(t, kit, "S01")}, "purpose": "承辦公文",
				"account_user": person("P13"), "responsible": person("P11"),
				"period": forms.Period{From: today.AddDays(1), To: today.AddDays(90)},
			}},
		},
		TypeGrantClosure: grant, TypeGrantExtension: grant,
	}
	applicants := map[string]string{TypeOriginalLost: "P07", TypeHandover: "P08", TypeExecutionRecord: "P07", TypeDisposal: "P09", TypeDocumentOutside: "P07"} // its openers; else P13
	values[TypeHandover] = forms.Values{"person": person("P13"), "reason": "transfer", "last_day": today.AddDays(7), "unsigned_why": "住院",
		"new_unit": forms.Ref{List: "unit", ID: "U03"}, "new_post": forms.Ref{List: "register/" + register.Posts, ID: "T11"}, "new_from": today.AddDays(8)}
	branches := map[string]map[string][]any{TypeDocumentChange: {
		"level":   {"level_1", "level_2", "level_3", "level_4"},
		"consult": {nil, []forms.Row{{forms.RowID: "u1", "unit": forms.Ref{List: "unit", ID: "U06"}}}},
	}}
	vary := map[string]func(forms.Values){TypeDocumentChange: oneDocumentEach(t, kit), TypeDisposal: oneOverdueEach(t, kit), TypeDocumentOutside: oneLetterEach(t, kit)}
	values[TypeDocumentOutside] = forms.Values{"op": "revise", "letter_no": "府資字第 1150001 號", "letter_on": today, "approver": "局長", "bump": "minor", "note": "依函修訂", "issue_on": today}
	branches[TypeDisposal] = map[string][]any{"authority": {nil, true}}
	values[TypeDisposal] = forms.Values{"basis": "檔案法"}
	proof, err := kit.Files().Upload(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, "簽到表.txt", strings.NewReader("簽到"))
	must(t, err)
	values[TypeExecutionRecord] = forms.Values{"category": category("C06"), "subject": "教育訓練", "kind": "attendance", "files": []forms.File{proof}}
	read, err := kit.Documents().Get(t.Context(), ismskit.System("test"), procedure)
	must(t, err)
	values[TypeDocumentReading] = forms.Values{"document": forms.Ref{List: "document", ID: read.ID}, "doc_name": procedure, "version": read.Current,
		"readers": []forms.Row{{forms.RowID: "r1", "person": person("P13")}, {forms.RowID: "r2", "person": person("P14")}}}
	values[TypeOriginalLost] = lostPaper(t, kit, values[TypeAccountRequest], today)
	values[TypeDocumentChange] = forms.Values{"note": "試跑", "bump": "minor", "class": "internal", "unit": forms.Ref{List: "unit", ID: "U03"}, "issue_on": today}
	values[TypeDocumentLoan] = forms.Values{"asked": procedure, "purpose": "配合稽核", "period": forms.Period{From: today, To: today.AddDays(30)}}
	lines := values[TypeAccountRequest]["lines"].([]forms.Row)
	outside := lines[0].Clone()
	outside[forms.RowID], outside["system"] = "row2", forms.Ref{List: "register/" + register.Systems, ID: "S04"}
	outside["permission"] = []string{permissionOf(t, kit, "S04")}
	branches[TypeAccountRequest] = map[string][]any{"lines": {lines, []forms.Row{lines[0], outside}}}
	reply, err := kit.Files().Upload(t.Context(), ismskit.Actor{Person: "P06", Channel: "go"}, "回復.txt", strings.NewReader("已建立"))
	must(t, err)
	letter, err := kit.Files().Upload(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, "核准函.txt", strings.NewReader("同意"))
	must(t, err)
	rowsGone := map[string]bool{}
	for _, typ := range cfg.Types {
		if typ.Flow.Child {
			defer func() {
				if !rowsGone[typ.Key] {
					t.Errorf("no type opens rows of %s", typ.Key)
				}
			}()
			continue // gone through with the type whose rows they are
		}
		if typ.Imported {
			continue // nobody fills it in: see TestB3_5AnExistingArchiveIsTakenIn
		}
		rows := rowTypes(cfg.Types, typ.Flow.Root)
		for _, row := range rows {
			rowsGone[row.Key] = true
		}
		t.Run(typ.Key, func(t *testing.T) {
			if values[typ.Key] == nil {
				t.Fatal("no form to send: add one")
			}
			out := kittest.CheckType(t, kittest.Exercise{
				Kit: kit, Clock: clock, Type: typ, Rows: rows, Applicant: cmp.Or(applicants[typ.Key], "P13"), Values: values[typ.Key], Branches: branches[typ.Key], Vary: vary[typ.Key],
				FillAt: map[string]forms.Values{TypeAccountRequest + "_row/handle": {"proof": []forms.File{reply}}},
				Fill: forms.Values{"given_account": "qh150013", "result_note": "已停用", "extend_until": today.AddDays(180), "document": forms.Ref{List: "document", ID: read.ID},
					"authority_no": "檔徵字第 1 號", "authority_on": today, "authority_scan": []forms.File{letter}},
			})
			if len(out.Untried) > 0 {
				t.Errorf("not run: %v", out.Untried)
			}
			t.Logf("%d cases", len(out.Passages))
		})
	}
}

// rowTypes are the types of the rows that a flow opens.
func rowTypes(types []ismskit.Type, n workflow.Node) []ismskit.Type {
	var out []ismskit.Type
	if n.Split != nil {
		for _, typ := range types {
			if typ.Key == n.Split.Type {
				out = append(out, typ)
			}
		}
	}
	for _, below := range n.Below() {
		out = append(out, rowTypes(types, below)...)
	}
	return out
}

// oneLetterEach gives every entry of a letter a document of its own, with its scan and its text.
func oneLetterEach(t *testing.T, kit *ismskit.Kit) func(forms.Values) {
	n := 0
	return func(v forms.Values) {
		n++
		number := fmt.Sprintf("TL-03-%03d", n)
		for field, file := range map[string][2]string{"scan": {"簽准公文.pdf", "%PDF-1.4\n%%EOF\n"}, "file": {"修訂本.md", "壹、 " + number + "\n"}} {
			f, err := kit.Files().Upload(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, file[0], strings.NewReader(file[1]))
			must(t, err)
			v[field] = f
		}
		id, err := kit.Documents().Put(t.Context(), loading, ismskit.Filing{
			Document: document.Document{Number: number, Title: forms.Text{"zh-TW": "試跑"}, Level: 3, Class: ismskit.ClassInternal},
			Version:  document.Version{Label: "1.0", Issued: "2026-01-05"},
		})
		must(t, err)
		v["document"] = forms.Ref{List: "document", ID: id}
	}
}

// oneOverdueEach gives every list of what is to be disposed of a record of its own that is past its
// time.
func oneOverdueEach(t *testing.T, kit *ismskit.Kit) func(forms.Values) {
	reader := ismskit.Actor{Person: "P09", Channel: "go"}
	_, err := kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, ismskit.RowChange{
		List: register.RetentionRules, ID: "K01", Seen: 1, Reason: "試跑", Values: forms.Values{"name": "申請表單", "applies": "case", "form_no": "IS-04-*", "keep": "months", "n": int64(1)},
	})
	must(t, err)
	used := map[string]bool{}
	return func(v forms.Values) {
		over, err := kit.Records().Retention().Overdue(t.Context(), reader)
		must(t, err)
		for _, r := range over.Records {
			if !used[r.ID] {
				used[r.ID] = true
				v["lines"] = []forms.Row{{forms.RowID: "r1", "number": r.Number}}
				return
			}
		}
		t.Fatal("no record is past its time any more")
	}
}

// oneDocumentEach gives every request for a change a document of its own, of the level it says.
func oneDocumentEach(t *testing.T, kit *ismskit.Kit) func(forms.Values) {
	n := 0
	return func(v forms.Values) {
		n++
		level, _ := strconv.Atoi(strings.TrimPrefix(v["level"].(string), "level_"))
		number := fmt.Sprintf("TR-%02d-%03d", level, n)
		if v["consult"] == nil {
			delete(v, "consult")
		}
		if v["op"] == "new" || v["op"] == "revise" {
			f, err := kit.Files().Upload(t.Context(), ismskit.Actor{Person: "P13", Channel: "go"}, "新版.md", strings.NewReader("壹、 目的\n一、 "+number+"。\n"))
			must(t, err)
			v["file"] = f
		}
		if v["op"] == "new" {
			v["number"], v["title"] = number, "試跑 "+number
			return
		}
		id, err := kit.Documents().Put(t.Context(), loading, ismskit.Filing{
			Document: document.Document{Number: number, Title: forms.Text{"zh-TW": "試跑"}, Level: level, Class: ismskit.ClassInternal},
			Version:  document.Version{Label: "1.0", Issued: "2026-01-05"},
		})
		must(t, err)
		v["document"] = forms.Ref{List: "document", ID: id}
		for _, only := range []string{"class", "unit", "level"} { // of a new one
			delete(v, only)
		}
	}
}

// lostPaper has a request entered from paper, whose original lies in a cabinet, and is
// the form that says it is lost.
func lostPaper(t *testing.T, kit *ismskit.Kit, request forms.Values, today calendar.Date) forms.Values {
	t.Helper()
	keeper := ismskit.Actor{Person: "P07", Channel: "go"}
	scan := func() []forms.File {
		f, err := kit.Files().Upload(t.Context(), keeper, "掃描檔.pdf", strings.NewReader("%PDF-1.7 紙本\n%%EOF"))
		must(t, err)
		return []forms.File{f}
	}
	block, err := kit.Records().PaperNumbers().Reserve(t.Context(), keeper, ismskit.Reservation{Type: TypeAccountRequest, Count: 1, Reason: "機房停電，紙本辦理"})
	must(t, err)
	paper := request.Clone()
	for _, emergency := range []string{"oral_approver", "oral_at", "done_at", "late_reason"} {
		delete(paper, emergency)
	}
	maps.Copy(paper, forms.Values{
		"paper_number": block[0].Number, "paper_why": "機房停電", "paper_scan": scan(), "paper_place": "資訊室鐵櫃 A-3",
		"paper_keeper": forms.Person{Kind: forms.InDirectory, ID: "P07"},
		"paper_signers": []forms.Row{{
			forms.RowID: "s1", "signer": forms.Person{Kind: forms.InDirectory, ID: "P11"}, "capacity": "單位主管", "signed_on": today,
		}},
	})
	entered, err := kit.Open(t.Context(), keeper, ismskit.Opening{Type: TypeAccountRequest + "_paper", Applicant: "P13", Values: paper, Submit: true})
	must(t, err)
	return forms.Values{
		"original": forms.Ref{List: "register/" + register.Originals, ID: entered.Case}, "found_on": today,
		"search": "鐵櫃 A-3 及移交清冊均查無", "copy": scan(),
	}
}

// permissionOf is a permission of a system that anybody may ask for.
func permissionOf(t *testing.T, kit *ismskit.Kit, id string) string {
	t.Helper()
	row, _, err := kit.Registers().Get(t.Context(), ismskit.System("test"), register.Systems, id)
	must(t, err)
	fields, err := kit.Registers().Fields(t.Context(), ismskit.System("test"), row)
	must(t, err)
	items, _ := fields["items"].([]forms.Row)
	if len(items) == 0 {
		t.Fatalf("system %s has no permissions", id)
	}
	key, _ := items[0]["key"].(string)
	return key
}
