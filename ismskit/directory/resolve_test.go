package directory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
)

func TestWhoSigns(t *testing.T) {
	_, d := agency(t)
	now := on(23, 9, 0)
	tests := []struct {
		story string
		q     directory.Question
		want  string
		code  string
		says  string
	}{
		{"鍾明哲 applies: his section's head", directory.Question{Kind: directory.KindManager, Person: "P13"}, "科長 邱柏叡", "", ""},
		{"邱柏叡 applies himself: the post above his", directory.Question{Kind: directory.KindManager, Person: "P11"}, "主任秘書 莊景文", directory.IsHeadPost, "邱柏叡即為戶政科主管，改由主任秘書辦理"},
		{"莊景文 holds three posts and heads his unit", directory.Question{Kind: directory.KindManager, Person: "P03"}, "副局長 高若嵐", directory.IsHeadPost, "莊景文即為秘書室主管，改由副局長辦理"},
		{"莊景文 as executive secretary of the group", directory.Question{Kind: directory.KindManager, Person: "P03", Post: "T05"}, "局長 顧維中", "", ""},
		{"湯舒涵 heads an agency of three and applies", directory.Question{Kind: directory.KindManager, Person: "P16"}, "資訊室主任 江志恆", directory.IsHead, "湯舒涵即為嶼東戶政事務所主管，改由資訊室主管辦理"},
		{"顧維中 has nobody above", directory.Question{Kind: directory.KindManager, Person: "P01"}, "", directory.NobodyAbove, "顧維中之上已無主管"},
		{"康芷寧 has no post, only a unit", directory.Question{Kind: directory.KindManager, Person: "P18"}, "主任 湯舒涵", "", ""},
		{"two levels up", directory.Question{Kind: directory.KindLevelsUp, Person: "P13", Levels: 2}, "主任秘書 莊景文", directory.IsHeadPost, ""},
		{"three levels up", directory.Question{Kind: directory.KindLevelsUp, Person: "P13", Levels: 3}, "副局長 高若嵐", directory.IsHeadPost, ""},
		{"above the top", directory.Question{Kind: directory.KindLevelsUp, Person: "P13", Levels: 5}, "", directory.NobodyAbove, ""},

		{"a unit's head", directory.Question{Kind: directory.KindUnitHead, Unit: "U02"}, "秘書室主任 莊景文", "", ""},
		{"a former unit's head is its successor's", directory.Question{Kind: directory.KindUnitHead, Unit: "U06a"}, "科長 邱柏叡", directory.UnitReplaced, "戶籍行政科已於 115.06.30 裁併，由戶政科承接"},
		{"no such unit", directory.Question{Kind: directory.KindUnitHead, Unit: "U99"}, "", directory.UnknownUnit, "查無此單位"},

		{"a post", directory.Question{Kind: directory.KindPost, Post: "T07"}, "資訊室主任 江志恆", "", ""},
		{"a post that has ended", directory.Question{Kind: directory.KindPost, Post: "T15a"}, "", directory.PostNotInForce, ""},
		{"no such post", directory.Question{Kind: directory.KindPost, Post: "T99"}, "", directory.UnknownPost, ""},

		{"a role by person", directory.Question{Kind: directory.KindRole, Module: "documents", Role: "document_controller"}, "助理員 溫佩真", "", ""},
		{"a role by post", directory.Question{Kind: directory.KindRole, Module: "changes", Role: "approver"}, "資安執行小組執行秘書 莊景文", "", ""},
		{"a role through the heads of units", directory.Question{Kind: directory.KindRole, Module: "documents", Role: "consulted"}, "科長 邱柏叡、處長 白俊霖", "", ""},
		{"a role nobody has", directory.Question{Kind: directory.KindRole, Module: "findings", Role: "auditor"}, "", directory.RoleEmpty, "「內部稽核員」目前無人擔任"},
		{"no such role", directory.Question{Kind: directory.KindRole, Module: "findings", Role: "nobody"}, "", directory.UnknownRole, "未設定「findings/nobody」角色"},

		{"an office of three: who decides in the agency above", directory.Question{Kind: directory.KindParentAgency, Agency: "U08"}, "資訊室主任 江志恆", directory.WentToFallback, ""},
		{"and who has the role there", directory.Question{Kind: directory.KindParentAgency, Agency: "U08", Module: "access", Role: "module_manager"}, "助理員 溫佩真", directory.WentToFallback, ""},
		{"its own man has the role at home", directory.Question{Kind: directory.KindRole, Agency: "U08", Module: "access", Role: "module_manager"}, "課員 卓育誠", "", ""},
		{"the bureau has no agency above", directory.Question{Kind: directory.KindParentAgency, Agency: "U06"}, "", directory.NoHead, ""},

		{"who administers 公文系統", directory.Question{Kind: directory.KindRegisterRole, Register: "systems", Row: "S02", Field: "admins"}, "科員 龔怡安", "", ""},
		{"and who does so second", directory.Question{Kind: directory.KindRegisterRole, Register: "systems", Row: "S02", Field: "backup_admins"}, "助理員 溫佩真", "", ""},
		{"a row of a list that isn't kept in memory", directory.Question{Kind: directory.KindRegisterRole, Register: "grants", Row: "G02", Field: "responsible"}, "科員 鍾明哲", "", ""},
		{"a field that names nobody", directory.Question{Kind: directory.KindRegisterRole, Register: "grants", Row: "G02", Field: "applicant"}, "", directory.FieldEmpty, "「qh150013」尚未指定「申請人」，或指定的人員均已離職"},
		{"no such row", directory.Question{Kind: directory.KindRegisterRole, Register: "systems", Row: "S99", Field: "admins"}, "", directory.UnknownRow, ""},
		{"no such row there", directory.Question{Kind: directory.KindRegisterRole, Register: "grants", Row: "G99", Field: "responsible"}, "", directory.UnknownRow, ""},
		{"no such list", directory.Question{Kind: directory.KindRegisterRole, Register: "cats", Row: "1", Field: "x"}, "", directory.UnknownRegister, ""},

		{"a person", directory.Question{Kind: directory.KindPerson, Person: "P13"}, "科員 鍾明哲", "", ""},
		{"somebody outside", directory.Question{Kind: directory.KindPerson, Person: "X1"}, "杜承恩", "", ""},
		{"somebody outside can't act", directory.Question{Kind: directory.KindPersonActive, Person: "X1"}, "", directory.PersonExternal, "杜承恩為外部人員，無本系統帳號"},
		{"nobody", directory.Question{Kind: directory.KindPersonActive, Person: "P99"}, "", directory.UnknownPerson, ""},
		{"a question nobody knows", directory.Question{Kind: "horoscope"}, "", directory.UnknownKind, ""},
	}
	for _, test := range tests {
		t.Run(test.story, func(t *testing.T) {
			test.q.At, test.q.ID = now, "q1"
			a := ask(t, d, test.q)
			if a.Question != "q1" || names(a.Holders) != test.want || a.Reason.Code != test.code {
				t.Errorf("got %s (%s %v), want %s (%s)", names(a.Holders), a.Reason.Code, a.Reason.Params, test.want, test.code)
			}
			if test.says != "" && a.Reason.Text("zh-TW") != test.says {
				t.Errorf("says %s", a.Reason.Text("zh-TW"))
			}
			if text := a.Reason.Text("en"); strings.ContainsAny(text, "{}") || a.Reason.Code != "" && text == "" {
				t.Errorf("English: %q", text)
			}
		})
	}
}

func TestAHolderCarriesPostAndUnit(t *testing.T) {
	_, d := agency(t)
	a := ask(t, d, directory.Question{Kind: directory.KindUnitHead, Unit: "U02", At: on(23, 9, 0)})
	if want := (directory.Holder{Person: "P03", Name: "莊景文", Post: "T06", PostTitle: "秘書室主任", Unit: "U02", UnitName: "秘書室"}); a.Holders[0] != want {
		t.Errorf("%+v", a.Holders[0])
	}
	a = ask(t, d, directory.Question{Kind: directory.KindPerson, Person: "X1", At: on(23, 9, 0)})
	if want := (directory.Holder{Person: "X1", Name: "杜承恩", Unit: "U91", UnitName: "瀚洋資訊股份有限公司（虛構廠商）", External: true}); a.Holders[0] != want {
		t.Errorf("%+v", a.Holders[0])
	}
}

func TestWhoHeldItOnADay(t *testing.T) {
	_, d := agency(t)
	before, after := time.Date(2024, time.April, 30, 18, 0, 0, 0, taipei), time.Date(2024, time.May, 1, 8, 0, 0, 0, taipei)
	for at, want := range map[time.Time]string{before: "賴思妤", after: "溫佩真"} {
		members, err := d.Members(t.Context(), "documents", "document_controller", "", at)
		if err != nil || len(members) != 1 || members[0].Name != want {
			t.Errorf("on %v: %v %v", at, members, err)
		}
	}
	a := ask(t, d, directory.Question{Kind: directory.KindPost, Post: "T07", At: before})
	if names(a.Holders) != "資訊室主任 賴思妤" {
		t.Errorf("%s", names(a.Holders))
	}
	heads, why, err := d.HeadOf(t.Context(), "U06a", before)
	if err != nil || names(heads) != "科長 邱柏叡" || heads[0].UnitName != "戶籍行政科" || !why.Zero() {
		t.Errorf("the unit as it was: %v %v %v", heads, why, err)
	}
	posts, err := d.PostsOf(t.Context(), "P11", before)
	if err != nil || len(posts) != 1 || posts[0].Post != "T15a" {
		t.Errorf("%v %v", posts, err)
	}
	posts, err = d.PostsOf(t.Context(), "P03", on(23, 9, 0))
	if err != nil || names(posts) != "主任秘書 莊景文、資安執行小組執行秘書 莊景文、秘書室主任 莊景文" {
		t.Errorf("main post first: %s %v", names(posts), err)
	}
}

func TestALeaverIsNoLongerFound(t *testing.T) {
	h, d := agency(t)
	leaves := on(30, 23, 59)
	gone := leaves.Add(time.Minute)
	for at, want := range map[time.Time]string{leaves: "", gone: directory.PersonLeft} {
		if a := ask(t, d, directory.Question{Kind: directory.KindPersonActive, Person: "P15", At: at}); a.Reason.Code != want {
			t.Errorf("at %v: %+v", at, a)
		}
	}
	a := ask(t, d, directory.Question{Kind: directory.KindRegisterRole, Register: "systems", Row: "S06", Field: "owner", At: gone})
	if a.Reason.Code != directory.FieldEmpty || a.Reason.Text("zh-TW") != "「禮儀服務預約系統」尚未指定「應用系統承辦人」，或指定的人員均已離職" {
		t.Errorf("%+v", a)
	}
	a = ask(t, d, directory.Question{Kind: directory.KindPersonActive, Person: "P15", At: gone})
	if a.Reason.Text("zh-TW") != "駱建豪已離職或停用（最後在職日 115.11.30）" || a.Reason.Text("en") != "駱建豪 has left (last day 2026-11-30)" {
		t.Errorf("%s", a.Reason.Text("zh-TW"))
	}
	h.put("people", "P19", `{"name":"新同仁","from":"2026-12-01"}`)
	d.Forget()
	a = ask(t, d, directory.Question{Kind: directory.KindPersonActive, Person: "P19", At: leaves})
	if a.Reason.Text("zh-TW") != "新同仁尚未到職（115.12.01 到職）" {
		t.Errorf("%+v", a)
	}
}

func TestAUnitWithoutAHeadGoesUp(t *testing.T) {
	h, d := agency(t)
	h.put("people", "P11", `{"name":"邱柏叡","login":"qh150011","post":"T15","unit":"U06","to":"2026-11-20"}`)
	a := ask(t, d, directory.Question{Kind: directory.KindUnitHead, Unit: "U06", At: on(23, 9, 0)})
	if names(a.Holders) != "局長 顧維中" || a.Reason.Text("zh-TW") != "戶政科目前無主管，改由晴海市政府民政局主管辦理" {
		t.Errorf("%s %s", names(a.Holders), a.Reason.Text("zh-TW"))
	}
	a = ask(t, d, directory.Question{Kind: directory.KindPost, Post: "T15", At: on(23, 9, 0)})
	if a.Reason.Code != directory.PostVacant || a.Pool != "post:T15" {
		t.Errorf("%+v", a)
	}
}

func TestAnAgencyOfItsOwnIsABorder(t *testing.T) {
	h, d := agency(t)
	at := on(23, 9, 0)
	h.put("people", "P16", `{"name":"湯舒涵","login":"qh170016","post":"T20","unit":"U08","to":"2026-11-20"}`)
	a := ask(t, d, directory.Question{Kind: directory.KindUnitHead, Unit: "U08", At: at})
	if names(a.Holders) != "資訊室主任 江志恆" || a.Reason.Text("zh-TW") != "嶼東戶政事務所無可簽核之人，改送資訊室主管" {
		t.Errorf("%s %s", names(a.Holders), a.Reason.Text("zh-TW"))
	}
	h.put("units", "U08", `{"name":"嶼東戶政事務所","kind":"subordinate_agency","parent":"U00","head":"T20"}`)
	d.Forget()
	a = ask(t, d, directory.Question{Kind: directory.KindUnitHead, Unit: "U08", At: at})
	if len(a.Holders) != 0 || a.Reason.Code != directory.AgencyBorder {
		t.Errorf("nothing declared, nobody found: %+v", a)
	}
	for agency, want := range map[string]string{"": "助理員 溫佩真", "U08": "課員 卓育誠", "U07": "助理員 溫佩真"} {
		a := ask(t, d, directory.Question{Kind: directory.KindRole, Module: "access", Role: "module_manager", Agency: agency, At: at})
		if names(a.Holders) != want {
			t.Errorf("role in agency %q: %s", agency, names(a.Holders))
		}
	}
	if u, ok, err := d.AgencyOf(t.Context(), "U06"); err != nil || !ok || u.ID != "U00" {
		t.Errorf("%v %v %v", u, ok, err)
	}
}

func TestCirclesEnd(t *testing.T) {
	h, d := agency(t)
	h.put("units", "C1", `{"name":"甲","kind":"unit","parent":"C2"}`)
	h.put("units", "C2", `{"name":"乙","kind":"unit","parent":"C1"}`)
	h.put("units", "E1", `{"name":"丙","kind":"unit","to":"2020-01-01","successors":["E2"]}`)
	h.put("units", "E2", `{"name":"丁","kind":"unit","to":"2020-01-01","successors":["E1"]}`)
	h.put("posts", "T90", `{"title":"一","unit":"C1","head":true,"superior":"T91","holders":[{"person":"P90"}]}`)
	h.put("posts", "T91", `{"title":"二","unit":"C2","superior":"T90"}`)
	h.put("people", "P90", `{"name":"圓環","unit":"C1"}`)
	for code, q := range map[string]directory.Question{
		directory.NoHead:         {Kind: directory.KindUnitHead, Unit: "C2"},
		directory.UnitNotInForce: {Kind: directory.KindUnitHead, Unit: "E1"},
	} {
		q.At = on(23, 9, 0)
		if code == directory.NoHead {
			h.put("people", "P90", `{"name":"圓環","unit":"C1","to":"2020-01-01"}`)
			d.Forget()
		}
		if a := ask(t, d, q); len(a.Holders) != 0 || a.Reason.Code != code {
			t.Errorf("%s: %+v", code, a)
		}
	}
	h.put("people", "P90", `{"name":"圓環","unit":"C1"}`)
	d.Forget()
	if a := ask(t, d, directory.Question{Kind: directory.KindManager, Person: "P90", At: on(23, 9, 0)}); len(a.Holders) != 0 {
		t.Errorf("%+v", a)
	}
	if _, known, err := d.AgencyOf(t.Context(), "C1"); known || err != nil {
		t.Error("a circle has no agency")
	}
}

func TestAQuestionWithoutAMomentIsAMistake(t *testing.T) {
	_, d := agency(t)
	if _, err := d.Resolve(t.Context(), []directory.Question{{Kind: directory.KindPerson, Person: "P01"}}); err == nil {
		t.Error("answered")
	}
}

func TestOfTwoHeadsNeitherIsAboveTheOther(t *testing.T) {
	h, d := agency(t)
	h.put("posts", "T15", `{"title":"科長","unit":"U06","head":true,"from":"2026-07-01","holders":[{"person":"P11"},{"person":"P12"}]}`)
	at := on(23, 9, 0)
	a := ask(t, d, directory.Question{Kind: directory.KindUnitHead, Unit: "U06", At: at})
	if names(a.Holders) != "科長 邱柏叡、科長 范語彤" {
		t.Errorf("%s", names(a.Holders))
	}
	a = ask(t, d, directory.Question{Kind: directory.KindManager, Person: "P12", At: at})
	if names(a.Holders) != "局長 顧維中" || a.Reason.Text("zh-TW") != "范語彤即為戶政科主管，改由晴海市政府民政局主管辦理" {
		t.Errorf("%s %s", names(a.Holders), a.Reason.Text("zh-TW"))
	}
	h.put("posts", "T01", `{"title":"局長","unit":"U01","head":true,"holders":[{"person":"P01"},{"person":"P02"}]}`)
	d.Forget()
	a = ask(t, d, directory.Question{Kind: directory.KindManager, Person: "P01", Unit: "U00", At: at})
	if len(a.Holders) != 0 || a.Reason.Text("zh-TW") != "顧維中之上已無主管" {
		t.Errorf("%s %s", names(a.Holders), a.Reason.Text("zh-TW"))
	}
}

// A role of an agency that has ended is that of its successor where this has one of its own;
// the role of the whole house does not take its place.
func TestARoleOfAnEndedAgencyIsItsSuccessors(t *testing.T) {
	h, d := agency(t)
	h.put("units", "U08", `{"name":"嶼東戶政事務所","kind":"subordinate_agency","parent":"U00","head":"T20","to":"2026-06-30","successors":["U07"]}`)
	holders := func() string {
		t.Helper()
		d.Forget()
		return names(ask(t, d, directory.Question{Kind: directory.KindRole, Module: "access", Role: "module_manager", Agency: "U08", At: on(23, 9, 0)}).Holders)
	}
	if got := holders(); got != "課員 卓育誠" {
		t.Errorf("the successor has no such role: %s", got)
	}
	h.put("roles", "access.module_manager.U07", `{"module":"access","key":"module_manager","title":"模組管理人員","agency":"U07","members":[{"person":"P01"}]}`)
	if got := holders(); got != "局長 顧維中" {
		t.Errorf("the successor has one: %s", got)
	}
}
