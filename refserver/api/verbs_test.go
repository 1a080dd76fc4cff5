package api_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/certificate"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// versatile is a form on whose way each verb has its place.
const versatile = `{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"paper":true,"subject":"subject","number":{"pattern":"M-{roc}-{n:4}"},
	"form":{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[
		{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"},"required":true}]},
	"flow":{"key":"memo","version":"1","officers":[{"kind":"person","ids":["P04"]}],"registry":[{"kind":"person","ids":["P07"]}],"root":{"sequence":[
		{"step":{"id":"head","name":{"zh-TW":"審核","en":"Review"},"kind":"review","who":[{"kind":"person","ids":["P12"]}],"due":{"term":"3wd"},"return_to":["applicant"],
			"extend":{"max":2,"tiers":[{"who":[{"kind":"person","ids":["P06"]}]}]}}},
		{"step":{"id":"work","name":{"zh-TW":"處置","en":"Handling"},"kind":"handle","who":[{"kind":"role","module":"findings","role":"internal_auditor"}],"need":{"kind":"any"},"due":{"term":"5wd"},
			"results":[{"key":"done","text":{"zh-TW":"已辦理","en":"Done"}}],"outside":{},"on_unable":"continue"}},
		{"step":{"id":"chief","name":{"zh-TW":"核准","en":"Approval"},"kind":"approve","who":[{"kind":"person","ids":["P03"]}],"due":{"term":"3wd"},"certificate":"later"}}]}}}`

// Each verb is given by REST where its turn is: what the description offers is offered in
// earnest, and each leaves its entry on the trail.
func TestEveryVerbIsGivenByREST(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(versatile))
	must(t, err)
	issuer, err := kittest.NewIssuer("測試憑證管理中心", monday)
	must(t, err)
	pem := filepath.Join(t.TempDir(), "issuers.pem")
	must(t, issuer.WriteFile(pem, monday))
	verifier, err := certificate.FromFile(pem)
	must(t, err)
	s := openWith(t, memory.New(), func(c *ismskit.Config) {
		c.Certificates, c.Types = verifier, append(c.Types, typ)
	})
	card, err := issuer.Card("莊景文", nil, monday.AddDate(-1, 0, 0), monday.AddDate(4, 0, 0))
	must(t, err)
	_, err = s.kit.Registers().Put(t.Context(), ismskit.System("test"), ismskit.RowChange{List: register.Certificates, ID: "P03", Values: forms.Values{
		"person": forms.Ref{List: "register/people", ID: "P03"}, "fingerprint": card.Fingerprint(), "holder": "莊景文"}})
	must(t, err)

	const clerk, head, chief, officer, registry, aside, boss, auditor, other = "qh150013", "qh150012", "qh100003", "qh110004", "qh110007", "qh110005", "qh110006", "qh120008", "qh130009"
	given := map[string]bool{}
	do := func(login, id, verb string, more object) answer {
		t.Helper()
		action := object{"verb": verb}
		for name, value := range more {
			action[name] = value
		}
		out := s.act(login, id, action).want(200)
		trail := s.call(officer, "GET", "/cases/"+id+"/trail", nil).want(200)
		found := false
		for i := 0; trail.at("entries", i) != nil; i++ {
			found = found || trail.text("entries", i, "verb") == verb
		}
		if !found {
			t.Errorf("%s left no entry", verb)
		}
		given[verb] = true
		return out
	}
	fresh := func() string {
		t.Helper()
		id := s.call(clerk, "POST", "/cases", object{"type": "memo", "values": object{"subject": "採購弱點掃描服務"}, "submit": true}).want(201).text("case")
		s.settle()
		return id
	}
	task := func(login, id string) string {
		return s.call(login, "GET", "/cases/"+id, nil).want(200).text("tasks", 0, "id")
	}

	// Kept, sent, returned, sent again, urged, noted, copied, read.
	id := s.call(clerk, "POST", "/cases", object{"type": "memo", "values": object{"subject": "採購"}}).want(201).text("case")
	s.act(clerk, id, object{"verb": "save", "values": object{"subject": "採購弱點掃描"}}).want(200)
	given["save"] = true // a draft leaves no entry
	do(clerk, id, "submit", nil)
	do(head, id, "return", object{"comment": "請附報價"})
	if back := s.call(clerk, "GET", "/cases/"+id, nil).want(200); back.text("correct_by") != "2026-11-30" || back.at("correct_late") != nil {
		t.Errorf("to be sent again by %v", back.at("correct_by"))
	}
	do(clerk, id, "submit", object{"values": object{"subject": "採購弱點掃描服務"}})
	do(clerk, id, "urge", nil)
	do(officer, id, "chase", object{"task": task(head, id), "comment": "請於今日辦畢"})
	if mine := s.call(head, "GET", "/cases/"+id, nil).want(200); mine.text("tasks", 0, "chased", "by", "person") != "P04" || mine.text("tasks", 0, "chased", "comment") != "請於今日辦畢" {
		t.Errorf("chased: %v", mine.at("tasks", 0))
	}
	if list := s.call(head, "GET", "/tasks?case="+id, nil).want(200); list.at("items", 0, "chased") != 1.0 {
		t.Errorf("on the list: %v", list.at("items", 0))
	}
	s.act(officer, id, object{"verb": "chase", "task": task(head, id)}).refused(409, "chased")
	do(clerk, id, "comment", object{"comment": "報價後補"})
	do(clerk, id, "copy", object{"people": []string{"P05"}})
	do(aside, id, "read", nil)

	// Asked first, given away, asked for an opinion, asked to sign afterwards, and not any more.
	do(head, id, "add_before", object{"people": []string{"P05"}})
	do(aside, id, "approve", nil)
	do(head, id, "delegate", object{"people": []string{"P05"}})
	do(aside, id, "approve", nil)
	do(head, id, "consult", object{"people": []string{"P05"}, "comment": "請表示意見"})
	if asked := s.call(aside, "GET", "/cases/"+id, nil).want(200); asked.text("tasks", 0, "asked") != "請表示意見" {
		t.Errorf("asked %v", asked.at("tasks", 0))
	}
	if step := s.call(clerk, "GET", "/cases/"+id, nil).want(200); step.text("route", "steps", 0, "beside", 0, "origin") != "consult" ||
		step.text("route", "steps", 0, "beside", 0, "people", 0, "person") != "P05" || step.at("route", "steps", 0, "people", 0, "waits") != true {
		t.Errorf("the route while P05 is asked: %v", step.at("route", "steps", 0))
	}
	do(aside, id, "approve", object{"comment": "無意見"})
	do(head, id, "consult", object{"units": []string{"U03"}, "comment": "請資訊室表示意見"})
	if asked := s.call(officer, "GET", "/cases/"+id, nil).want(200); asked.text("tasks", 0, "asked") != "請資訊室表示意見" {
		t.Errorf("the head of the unit is asked %v", asked.at("tasks", 0))
	}
	do(officer, id, "approve", object{"comment": "無意見"})
	if unknown := s.act(head, id, object{"verb": "consult", "units": []string{"U99"}}).want(422); unknown.text("code") != "unknown_unit" {
		t.Errorf("a unit that is none: %v", unknown.text("code"))
	}
	do(head, id, "add_after", object{"people": []string{"P05"}})
	do(head, id, "remove_signer", object{"people": []string{"P05"}})
	if limits := s.call(head, "GET", "/cases/"+id, nil).want(200); limits.at("tasks", 0, "extend", "left") != 2.0 || limits.text("tasks", 0, "extend", "tiers", 0, "by", 0, "person") != "P06" {
		t.Errorf("how more time may be asked for: %v", limits.at("tasks", 0, "extend"))
	}
	do(head, id, "extend", object{"term": "2wd", "comment": "資料未齊"})
	if asked := s.call(boss, "GET", "/cases/"+id, nil).want(200); asked.text("tasks", 0, "more_time", "by", "person") != "P12" || asked.text("tasks", 0, "more_time", "term") != "2wd" {
		t.Errorf("who grants it reads %v", asked.at("tasks", 0, "more_time"))
	}
	do(boss, id, "approve", nil)

	// Signed, taken back; not his, assigned anew to begin afresh; a stand-in from the task.
	do(head, id, "approve", nil)
	done := s.call(head, "GET", "/cases/"+id, nil).want(200)
	var last string
	for i := 0; done.at("others", i) != nil; i++ {
		if done.text("others", i, "verb") == "take_back" {
			last = done.text("others", i, "task")
		}
	}
	do(head, id, "take_back", object{"task": last, "comment": "附件有誤"})
	do(head, id, "decline", object{"comment": "非本科業務"})
	do(officer, id, "reassign", object{"task": task(registry, id), "people": []string{"P12"}, "comment": "仍由秘書室辦理", "afresh": true})
	if step := s.call(clerk, "GET", "/cases/"+id, nil).want(200); !strings.Contains(fmt.Sprint(step.at("route", "steps", 0, "acts")), "reassign") {
		t.Errorf("the route after it was assigned anew: %v", step.at("route", "steps", 0))
	}
	lines := s.call(clerk, "GET", "/cases/"+id+"/trail", nil).want(200)
	for i := 0; lines.at("entries", i) != nil; i++ {
		switch lines.text("entries", i, "verb") {
		case "reassign":
			if lines.at("entries", i, "former", 0, "person") == nil || lines.text("entries", i, "named", 0, "person") != "P12" {
				t.Errorf("assigned anew: %v", lines.at("entries", i))
			}
		case "extend":
			if more := lines.at("entries", i, "more_time"); lines.text("entries", i, "more_time", "term") != "2wd" || lines.text("entries", i, "more_time", "to") <= lines.text("entries", i, "more_time", "from") {
				t.Errorf("more time: %v", more)
			}
		case "decline":
			if lines.at("entries", i, "back_to", 0, "person") == nil {
				t.Errorf("declined: %v", lines.at("entries", i))
			}
		}
	}
	do("qh150011", id, "appoint", object{"task": task(head, id), "people": []string{"P10"}, "comment": "科長公出"})
	do(officer, id, "suspend", object{"comment": "待法規解釋"})
	do(officer, id, "resume", object{"comment": "已函復"})
	do(head, id, "approve", nil)

	// Of a shared task: taken, given back, carried out by an office outside.
	do(auditor, id, "claim", nil)
	do(auditor, id, "release", nil)
	do(auditor, id, "send_out", object{"outside": object{"to": "市府資訊中心", "how": "電子郵件", "number": "115-1"}})
	do(auditor, id, "answer", object{"outside": object{"reply": "已設定", "proof": []string{"回函"}}})
	do(other, id, "record", object{"result": "done"})

	// Signed with a certificate, later and at once; and one that never will be.
	do(chief, id, "approve", object{"owe": "憑證未攜帶"})
	asked := s.act(chief, id, object{"verb": "approve"}).refused(422, "to_sign")
	do(chief, id, "approve", object{"certificate": signedWith(t, asked, card)})
	if c := s.call(clerk, "GET", "/cases/"+id, nil).want(200); c.text("outcome") != "done" {
		t.Errorf("it has not come to its end: %s", c.raw)
	}

	waived := fresh()
	do(head, waived, "approve", nil)
	do(auditor, waived, "unable", object{"comment": "設備已報廢"})
	do(chief, waived, "approve", object{"owe": "讀卡機故障"})
	do(officer, waived, "waive", object{"task": task(chief, waived), "comment": "已離職"})

	do(head, fresh(), "reject", object{"comment": "無預算"})
	do(clerk, fresh(), "withdraw", object{"comment": "改以其他方式辦理"})
	do(officer, fresh(), "void", object{"comment": "重複申請"})
	do(officer, fresh(), "to_paper", object{"comment": "機房停電"})

	// An execution record that was filed by mistake.
	file := s.call(registry, "POST", "/files?name=report.txt", []byte("外部稽核報告"), "Content-Type", "application/octet-stream").want(201)
	kept := s.call(registry, "POST", "/cases", object{"type": "execution_record", "submit": true, "values": object{
		"category": object{"id": "C04"}, "subject": "外部稽核報告", "kind": "report",
		"files": []object{{"digest": file.text("digest"), "name": "report.txt", "type": file.text("type"), "size": file.at("size")}},
	}}).want(201).text("case")
	s.settle()
	do(registry, kept, "amend", object{"comment": "誤植", "values": object{"kind": "minutes", "year": 114}})
	if c := s.call(registry, "GET", "/cases/"+kept, nil).want(200); c.at("values", "kind") != "minutes" || c.at("values", "year") != 114.0 || c.text("state") != "kept" {
		t.Errorf("corrected: %s", c.raw)
	}
	s.act(registry, kept, object{"verb": "amend", "comment": "誤植", "values": object{"category": object{"id": "C01"}}}).refused(422, "invalid")
	do(registry, kept, "retract", object{"comment": "誤傳"})
	if c := s.call(registry, "GET", "/cases/"+kept, nil).want(200); c.text("state") != "retracted" || c.text("retracted", "by", "person") != "P07" || c.text("retracted", "reason") != "誤傳" {
		t.Errorf("it is %s: %v", c.text("state"), c.at("retracted"))
	}

	// What was not handed over is handed over again on the sheet of somebody who leaves, which
	// is held with the sheets.
	given["hand_again"] = true
	offered := (answer{TB: t, body: s.manual.doc}).at("components", "schemas", "ActionRequest", "properties", "verb", "enum").([]any)
	for _, verb := range offered {
		if !given[fmt.Sprint(verb)] {
			t.Errorf("%s was never given", verb)
		}
	}
	if len(offered) < 30 || slices.ContainsFunc(offered, func(v any) bool { return v == "" }) {
		t.Errorf("the description offers %v", offered)
	}
}

// signedWith answers what is to be signed.
func signedWith(t *testing.T, asked answer, card *kittest.Card) object {
	t.Helper()
	cms, err := card.CMS([]byte(asked.text("to_sign", "statement")))
	must(t, err)
	drawn, err := time.Parse(time.RFC3339Nano, asked.text("to_sign", "drawn"))
	must(t, err)
	return object{"drawn": drawn, "signature": cms}
}

// Whose subordinate is away without anybody who acts for him has the case before him until he
// has named somebody, also where it is no other business of his.
func TestASuperiorReadsWhatHeIsToNameSomebodyFor(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"subject":"subject","number":{"pattern":"M-{roc}-{n:4}"},
		"form":{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"},"required":true}]},
		"flow":{"key":"memo","version":"1","root":{"step":{"id":"head","name":{"zh-TW":"審核","en":"Review"},"kind":"review","who":[{"kind":"person","ids":["P10"]}],"due":{"term":"3wd"}}}}}`))
	must(t, err)
	s := open(t, memory.New(), typ)
	id := s.call("qh150013", "POST", "/cases", object{"type": "memo", "values": object{"subject": "採購弱點掃描服務"}, "submit": true}).want(201).text("case")
	s.settle()
	s.call("qh100003", "GET", "/cases/"+id, nil).want(404)
	_, err = s.kit.People().SetAbsence(t.Context(), ismskit.System("test"), ismskit.Absence{Principal: "P10", From: monday, To: monday.AddDate(0, 0, 4), Reason: "公假"})
	must(t, err)
	s.settle()
	found := s.call("qh100003", "GET", "/cases/"+id, nil).want(200)
	task := ""
	for i := 0; found.at("others", i) != nil; i++ {
		if found.text("others", i, "verb") == "appoint" {
			task = found.text("others", i, "task")
		}
	}
	s.call("qh110007", "GET", "/cases/"+id, nil).want(404)
	s.act("qh100003", id, object{"verb": "appoint", "task": task, "people": []string{"P12"}, "comment": "未設定代理人"}).want(200)
	s.act("qh150012", id, object{"verb": "approve", "for": "P10"}).want(200)
}
