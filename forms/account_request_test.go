package forms_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// office is what the demo agency knows: people, systems with their permission items, uploaded files.
type office struct {
	people map[string]string
	rows   map[string]string
	items  map[string][]string
	files  map[string]bool
}

func qinghai() office {
	return office{
		people: map[string]string{"P10": "龔怡安", "P11": "邱柏叡", "P13": "鍾明哲", "P06": "方冠宇"},
		rows: map[string]string{"unit U06": "戶政科", "register/systems S01": "AD 帳號",
			"register/systems S02": "公文系統", "register/systems S10": "VPN 遠端連線"},
		items: map[string][]string{"S01": {"一般使用者", "單位共用資料夾-讀取"}, "S02": {"承辦人員（一般）", "單位登記桌"}, "S10": {"同仁", "委外廠商"}},
		files: map[string]bool{strings.Repeat("ab", 32): true},
	}
}

func (o office) Name(n forms.Need) (string, bool) {
	switch n.Kind {
	case forms.NeedPerson:
		name, ok := o.people[n.ID]
		return name, ok
	case forms.NeedRef:
		name, ok := o.rows[n.List+" "+n.ID]
		return name, ok
	}
	return "", o.files[n.ID]
}

func (o office) Options(n forms.Need) ([]forms.Option, bool) {
	items, ok := o.items[n.ID]
	var out []forms.Option
	for _, item := range items {
		out = append(out, forms.Option{Key: item, Label: forms.Text{"zh-TW": item}})
	}
	return out, ok && n.List == "systems" && n.Field == "permission_items"
}

func accountRequest(t testing.TB) *forms.Form {
	t.Helper()
	b, err := os.ReadFile("testdata/account_request.json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := forms.ParseSchema(b)
	if err != nil {
		t.Fatal(err)
	}
	f, err := forms.Compile(s, forms.StandardTypes())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// threeRows asks for the applicant himself, for someone who arrives on 12/1, and for a vendor's engineer.
const threeRows = `{
	"applicant": "P13", "unit": "U06", "op": "add", "reason": "調任收發窗口，新進人員到職",
	"lines": [
		{"_row": "rowa", "system": "S01", "purpose": "登入個人電腦", "account_user": "P13", "permission": ["一般使用者"],
		 "responsible": "P13", "valid": {"from": "2026-11-24", "to": "2027-11-23"}},
		{"_row": "rowb", "system": "S02", "purpose": "公文承辦", "account_user": {"kind": "expected", "name": "蕭紹安", "expected": "2026-12-01"},
		 "permission": ["承辦人員（一般）"], "responsible": "P11", "valid": {"from": "2026-12-01", "open": true, "reason": "在職期間均須承辦公文"}},
		{"_row": "rowc", "system": "S10", "purpose": "系統維護", "account_user": {"kind": "external", "name": "杜承恩", "org": "瀚洋資訊股份有限公司"},
		 "permission": ["委外廠商"], "responsible": "P06", "valid": {"from": "2026-12-01", "to": "2026-12-31"}}
	],
	"nda": {"name": "保密切結書.pdf", "size": 120000, "digest": "abababababababababababababababababababababababababababababababab", "type": "application/pdf"}
}`

var monday = calendar.Date{Year: 2026, Month: 11, Day: 23}

func TestAnAccountRequestOfThreeRowsIsAccepted(t *testing.T) {
	f := accountRequest(t)
	sent, bad := f.Decode([]byte(threeRows))
	if bad != nil {
		t.Fatal(bad.Messages("zh-TW"))
	}
	v, bad := f.Accept(forms.CheckContext{Lookup: qinghai(), Today: monday}, nil, sent)
	if len(bad) > 0 {
		t.Fatal(bad.Messages("zh-TW"))
	}
	if v["row_count"] != int64(3) {
		t.Errorf("row_count = %v", v["row_count"])
	}
	row, n := v.RowByID("lines", "rowb")
	if n != 2 {
		t.Fatalf("rowb is row %d", n)
	}
	for path, want := range map[string]string{
		"lines.system":       "公文系統",
		"lines.account_user": "蕭紹安（尚未到職，預計 115.12.01 到職）",
		"lines.responsible":  "邱柏叡",
		"lines.permission":   "承辦人員（一般）",
		"lines.valid":        "自 115.12.01 起，無期限（在職期間均須承辦公文）",
	} {
		_, key, _ := strings.Cut(path, ".")
		if got := f.Format(path, row[key], forms.Locale{Lang: "zh-TW"}); got != want {
			t.Errorf("%s reads %q, want %q", path, got, want)
		}
	}
}

func TestEachMistakeOfAnAccountRequestSaysHowToMendIt(t *testing.T) {
	tests := []struct {
		name   string
		change [2]string // replaced in threeRows
		path   string
		zh     string
	}{
		{"no reason for 無期限", [2]string{`, "reason": "在職期間均須承辦公文"`, ``}, "lines.2.valid.reason",
			"第 2 列「公文系統」：請說明無期限的理由，或取消勾選並填寫迄日。"},
		{"no end and no 無期限", [2]string{`, "to": "2027-11-23"`, ``}, "lines.1.valid.to",
			"第 1 列「AD 帳號」：請填寫使用期間的迄日，或勾選無期限。"},
		{"end before beginning", [2]string{"2026-12-31", "2026-11-30"}, "lines.3.valid.to",
			"第 3 列「VPN 遠端連線」：使用期間的結束不得早於起始，請調整其中一項。"},
		{"purpose missing", [2]string{`"purpose": "公文承辦", `, ``}, "lines.2.purpose", "第 2 列「公文系統」：請填寫帳號用途。"},
		{"permission of another system", [2]string{`["承辦人員（一般）"]`, `["委外廠商"]`}, "lines.2.permission",
			"第 2 列「公文系統」：「委外廠商」不是目前可申請的項目，請重新選擇權限項目。"},
		{"system missing", [2]string{`"system": "S02", `, ``}, "lines.2.system", "第 2 列：請選擇系統。"},
		{"vendor without company", [2]string{`, "org": "瀚洋資訊股份有限公司"`, ``}, "lines.3.account_user.org",
			"第 3 列「VPN 遠端連線」：請填寫帳號使用者所屬的公司或機關。"},
		{"nobody knows P99", [2]string{`"responsible": "P11"`, `"responsible": "P99"`}, "lines.2.responsible",
			"第 2 列「公文系統」：人員名單中找不到這位同仁，請重新選擇負責人。"},
		{"applicant can't be an outsider", [2]string{`"applicant": "P13"`, `"applicant": {"kind": "external", "name": "杜承恩", "org": "瀚洋"}`},
			"applicant.kind", "請選擇可以填列的人員類別。"},
		{"account needed for a change", [2]string{`"op": "add"`, `"op": "change"`}, "lines.1.account", "第 1 列「AD 帳號」：請填寫帳號。"},
		{"vendor without an end", [2]string{`"to": "2026-12-31"`, `"open": true, "reason": "長期維護"`}, "lines",
			"委外人員的帳號須有迄日，請取消無期限並填寫迄日。"},
		{"begins in the past", [2]string{"2026-11-24", "2026-11-20"}, "lines", "新增帳號的起日請填今日以後。"},
		{"no agreement of the vendor", [2]string{`"type": "application/pdf"`, `"type": "application/zip"`}, "nda",
			"「保密切結書.pdf」的內容與檔名不符，不是可接受的檔案種類；設有開啟密碼者請先取消密碼，其他請改附 PDF、圖片。"},
		{"the same person twice for one system", [2]string{`"system": "S02", "purpose": "公文承辦", "account_user": {"kind": "expected", "name": "蕭紹安", "expected": "2026-12-01"},
		 "permission": ["承辦人員（一般）"]`, `"system": "S01", "purpose": "公文承辦", "account_user": "P13", "permission": ["一般使用者"]`},
			"lines.2.system", "第 2 列「AD 帳號」：系統、帳號使用者與第 1 列相同，請合併或修改其中一列。"},
	}
	f := accountRequest(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(threeRows, tt.change[0], tt.change[1], 1)
			if text == threeRows {
				t.Fatal("nothing was changed")
			}
			sent, bad := f.Decode([]byte(text))
			if bad == nil {
				_, bad = f.Accept(forms.CheckContext{Lookup: qinghai(), Today: monday}, nil, sent)
			}
			if len(bad) == 0 || bad[0].Path() != tt.path || bad[0].Line("zh-TW") != tt.zh {
				t.Errorf("got %v\n%s\nwant %s at %s", bad, strings.Join(bad.Messages("zh-TW"), "\n"), tt.zh, tt.path)
			}
		})
	}
}

func TestADraftMayHaveGapsButNoNonsense(t *testing.T) {
	f := accountRequest(t)
	sent, bad := f.Decode([]byte(`{"applicant":"P13","lines":[{"_row":"rowa","valid":{"open":true}}]}`))
	if bad != nil {
		t.Fatal(bad)
	}
	draft := forms.CheckContext{Draft: true, Lookup: qinghai(), Today: monday}
	if _, bad := f.Accept(draft, nil, sent); len(bad) > 0 {
		t.Errorf("a draft with gaps: %v", bad.Messages("zh-TW"))
	}
	if _, bad := f.Accept(forms.CheckContext{Lookup: qinghai(), Today: monday}, nil, sent); len(bad) < 5 {
		t.Errorf("sending it asks for what is missing, got %v", bad.Messages("zh-TW"))
	}
	sent["op"] = "nonsense"
	if _, bad := f.Accept(draft, nil, sent); len(bad) != 1 || bad[0].Code != "no_such_option" {
		t.Errorf("nonsense in a draft: %v", bad)
	}
}

func TestFieldsThatAreNotShownAreDropped(t *testing.T) {
	f := accountRequest(t)
	text := strings.Replace(threeRows, `"op": "add"`, `"op": "disable"`, 1)
	text = strings.ReplaceAll(text, `"responsible"`, `"account": "qh150013", "responsible"`)
	sent, bad := f.Decode([]byte(text))
	if bad != nil {
		t.Fatal(bad)
	}
	v, bad := f.Accept(forms.CheckContext{Lookup: qinghai(), Today: monday}, nil, sent)
	if len(bad) > 0 {
		t.Fatal(bad.Messages("zh-TW"))
	}
	for _, row := range v["lines"].([]forms.Row) {
		if _, kept := row["valid"]; kept {
			t.Errorf("停用 has no period of use, row %v kept one", row[forms.RowID])
		}
	}
	v["lines"].([]forms.Row)[0]["valid"] = forms.Period{From: monday, Open: true, Reason: "x"}
	if bad := f.Check(forms.CheckContext{Today: monday}, v); len(bad) != 1 || bad[0].Code != "not_shown" {
		t.Errorf("a value that isn't shown can't be smuggled in: %v", bad)
	}
}

func TestTheHandlerRecordsHisResultAndNothingElse(t *testing.T) {
	f := accountRequest(t)
	sent, _ := f.Decode([]byte(threeRows))
	v, bad := f.Accept(forms.CheckContext{Lookup: qinghai(), Today: monday}, nil, sent)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	step := forms.CheckContext{Lookup: qinghai(), Today: monday.AddDays(7),
		Rights: forms.Rights{Edit: []string{"lines.result", "lines.done_at"}, Require: []string{"lines.result"}, Hide: []string{"reason"}}}
	if err := f.CheckRights(step.Rights); err != nil {
		t.Fatal(err)
	}
	t.Run("a week later the dates are not judged again", func(t *testing.T) {
		sent, bad := f.Decode([]byte(`{"lines":[{"_row":"rowa","result":"granted"},{"_row":"rowb","result":"granted"},{"_row":"rowc","result":"refused"}]}`))
		if bad != nil {
			t.Fatal(bad)
		}
		after, bad := f.Accept(step, v, sent)
		if len(bad) > 0 {
			t.Fatal(bad.Messages("zh-TW"))
		}
		want := []forms.Change{
			{Path: "lines.rowa.result", Label: forms.Text{"zh-TW": "處置結果", "en": "Result"}, Row: 1, To: "granted"},
			{Path: "lines.rowb.result", Label: forms.Text{"zh-TW": "處置結果", "en": "Result"}, Row: 2, To: "granted"},
			{Path: "lines.rowc.result", Label: forms.Text{"zh-TW": "處置結果", "en": "Result"}, Row: 3, To: "refused"},
		}
		if diff := cmp.Diff(want, f.Diff(v, after)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a result is required", func(t *testing.T) {
		_, bad := f.Accept(step, v, forms.Values{})
		if len(bad) != 3 || bad[2].Line("zh-TW") != "第 3 列「VPN 遠端連線」：請選擇處置結果。" {
			t.Errorf("got %v", bad.Messages("zh-TW"))
		}
	})
	t.Run("he can't change the period, add a row or write a reason", func(t *testing.T) {
		sent, _ := f.Decode([]byte(`{"reason":"改寫","op":"change","lines":[
			{"_row":"rowa","result":"granted","valid":{"from":"2026-11-24","to":"2030-01-01"}},
			{"_row":"rowb","result":"granted"},{"_row":"rowc","result":"granted"},{"result":"granted"}]}`))
		after, bad := f.Accept(step, v, sent)
		var got []string
		for _, fault := range bad {
			got = append(got, fault.Path()+" "+fault.Code)
		}
		want := []string{"op not_editable", "lines rows_fixed", "lines.1.valid not_editable"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if after["reason"] != v["reason"] || after["op"] != "add" {
			t.Error("values he may not edit changed")
		}
	})
	t.Run("the handler of one row records his own row only", func(t *testing.T) {
		mine := step
		mine.Rights.Rows = []string{"rowb"}
		sent, _ := f.Decode([]byte(`{"lines":[{"_row":"rowb","result":"granted"}]}`))
		after, bad := f.Accept(mine, v, sent)
		if len(bad) > 0 || len(f.Diff(v, after)) != 1 {
			t.Errorf("%v %v", bad.Messages("zh-TW"), f.Diff(v, after))
		}
		sent, _ = f.Decode([]byte(`{"lines":[{"_row":"rowb","result":"granted"},{"_row":"rowa","result":"granted"}]}`))
		if _, bad := f.Accept(mine, v, sent); codes(bad) != "not_editable" || bad[0].Path() != "lines.1.result" {
			t.Error(bad)
		}
		if _, bad := f.Accept(mine, v, forms.Values{}); codes(bad) != "required_choose" || bad[0].RowID != "rowb" {
			t.Error(bad)
		}
	})
	t.Run("what is hidden from him is not in what he gets", func(t *testing.T) {
		redacted := f.Redact(v, []string{"reason", "lines.purpose"})
		if redacted["reason"] != nil || redacted["lines"].([]forms.Row)[0]["purpose"] != nil || v["reason"] == nil {
			t.Error("redacting went wrong")
		}
	})
	t.Run("a system renamed meanwhile keeps the name it had", func(t *testing.T) {
		renamed := qinghai()
		renamed.rows["register/systems S01"] = "網域帳號"
		sent, _ := f.Decode([]byte(threeRows))
		after, bad := f.Accept(forms.CheckContext{Lookup: renamed, Today: monday}, v, sent)
		if len(bad) > 0 || len(f.Diff(v, after)) > 0 {
			t.Errorf("%v %v", bad, f.Diff(v, after))
		}
	})
}

func TestEverythingToLookUpIsKnownBeforehand(t *testing.T) {
	f := accountRequest(t)
	sent, _ := f.Decode([]byte(threeRows))
	needs := f.Needs(sent)
	for _, want := range []forms.Need{
		{Kind: forms.NeedPerson, ID: "P13"}, {Kind: forms.NeedRef, List: "unit", ID: "U06"},
		{Kind: forms.NeedRef, List: "register/systems", ID: "S10"},
		{Kind: forms.NeedOptions, List: "systems", ID: "S02", Field: "permission_items"},
		{Kind: forms.NeedFile, ID: strings.Repeat("ab", 32)},
	} {
		if !slices.Contains(needs, want) {
			t.Errorf("%+v is not asked for", want)
		}
	}
	if len(needs) != 11 {
		t.Errorf("%d questions, each once: %+v", len(needs), needs)
	}
}

func TestThePageCanShowTheFormAgain(t *testing.T) {
	f := accountRequest(t)
	sent, _ := f.Decode([]byte(threeRows))
	v, _ := f.Accept(forms.CheckContext{Lookup: qinghai(), Today: monday}, nil, sent)
	typed := f.ToText(v, forms.Locale{Lang: "zh-TW"})
	if got := typed.Get("lines.2.valid.from"); got != "115.12.01" {
		t.Errorf("the from date is typed as %q", got)
	}
	again, bad := f.FromText(typed, nil)
	if bad != nil {
		t.Fatal(bad)
	}
	again, bad = f.Accept(forms.CheckContext{Lookup: qinghai(), Today: monday}, v, again)
	if len(bad) > 0 || len(f.Diff(v, again)) > 0 {
		t.Errorf("typed again it is not the same: %v %+v", bad, f.Diff(v, again))
	}

	t.Run("rows with gaps between them are numbered as the faults number them", func(t *testing.T) {
		p := forms.Posted{"send": {"1"}, "lines.4.purpose": {"x"}, "lines.4.valid.from": {"１１５．１２．１"},
			"lines.9.valid.from": {"115.13.1"}, "lines.2.purpose": {" "}, "lines.2.valid.open": {"false"}}
		v, bad := f.FromText(p, nil)
		if len(bad) != 1 || bad[0].Path() != "lines.2.valid.from" {
			t.Fatal(bad)
		}
		if rows := v["lines"].([]forms.Row); len(rows) != 2 || rows[0]["valid"] != (forms.Period{From: calendar.Date{Year: 2026, Month: 12, Day: 1}}) {
			t.Errorf("rows are %v", rows)
		}
		tidy := f.Tidy(p)
		if tidy.Get(bad[0].Path()) != "115.13.1" || tidy.Get("send") != "1" || tidy.Get("lines.1.purpose") != "x" {
			t.Errorf("what was typed is lost: %v", tidy)
		}
	})
	t.Run("the number can't be typed", func(t *testing.T) {
		if _, bad := f.FromText(forms.Posted{"request_no": {"IS-04-012-115-9999"}}, nil); len(bad) != 1 || bad[0].Code != "system_value" {
			t.Error(bad)
		}
	})
}

// 「為何無期限」 was written and 無期限 unticked again: the page hides the reason then, and nobody who signs would see it.
func TestTheReasonOfAPeriodThatHasAnEndIsNotKept(t *testing.T) {
	f := accountRequest(t)
	reason := func(v forms.Values) string {
		row, _ := v.RowByID("lines", "rowa")
		p, _ := row["valid"].(forms.Period)
		if p.To.IsZero() {
			t.Fatalf("the period is %+v", p)
		}
		return p.Reason
	}
	hidden := strings.Replace(threeRows, `"to": "2027-11-23"}`, `"to": "2027-11-23", "reason": "契約三年"}`, 1)
	sent, bad := f.Decode([]byte(hidden))
	if bad != nil || reason(sent) == "" {
		t.Fatal(bad.Messages("zh-TW"))
	}
	typed, bad := f.FromText(f.ToText(sent, forms.Locale{Lang: "zh-TW"}), nil)
	if bad != nil || reason(typed) == "" {
		t.Fatal(bad.Messages("zh-TW"))
	}
	for name, v := range map[string]forms.Values{"by REST": sent, "by the page": typed} {
		for _, ctx := range []forms.CheckContext{{Lookup: qinghai(), Today: monday}, {Lookup: qinghai(), Today: monday, Draft: true, Keep: true}} {
			kept, bad := f.Accept(ctx, nil, v)
			if len(bad) > 0 || reason(kept) != "" {
				t.Errorf("%s, draft %v: %q is kept (%v)", name, ctx.Draft, reason(kept), bad.Messages("zh-TW"))
			}
		}
	}
	// A draft from before this was so.
	kept, bad := f.Accept(forms.CheckContext{Lookup: qinghai(), Today: monday}, sent, sent)
	if len(bad) > 0 || reason(kept) != "" {
		t.Errorf("of an old draft %q is kept (%v)", reason(kept), bad.Messages("zh-TW"))
	}
	row, _ := kept.RowByID("lines", "rowb")
	if p, _ := row["valid"].(forms.Period); !p.Open || p.Reason == "" {
		t.Errorf("one without end keeps its reason: %+v", p)
	}
}
