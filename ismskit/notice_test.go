package ismskit_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

var minguoDay = regexp.MustCompile(`\b1\d\d\.\d\d\.\d\d`)

// An office that works in English is told in English: whole sentences, and days as
// they are written there.
func TestAnEnglishOfficeIsToldInEnglish(t *testing.T) {
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Lang = "en" })
	sent := o.apply("P13", threeRows())
	o.until(monday.AddDate(0, 0, 9))
	const want = `Account and permission request “調任收發窗口，申請帳號” has come to you. You head 戶政科. Due 25 Nov 2026.`
	notices := o.noticesOf("P11")
	if len(notices) == 0 || notices[0].Body != want {
		t.Errorf("%+v\nnot %s", notices, want)
	}
	for _, m := range append(notices, o.noticesOf("P01")...) {
		if text := strings.ReplaceAll(m.Subject+"\n"+m.Body, "調任收發窗口，申請帳號", "…"); minguoDay.MatchString(text) || strings.ContainsAny(text, "。，：、") || strings.Contains(text, "  ") {
			t.Errorf("%s reads %q", m.Rule, text)
		}
	}
	if len(o.mails.mails) == 0 || o.mails.mails[0].Subject != "24 Nov 2026: 1 new" {
		t.Errorf("mails: %+v", o.mails.mails)
	}
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row := o.read("P05", o.todo("P05")[0].Case) // opened by the system
	if by := row.Trail[0].By; by.Person != ismskit.SystemPerson || by.Name != "System" {
		t.Errorf("opened by %+v", by)
	}
}

// In Chinese the same sentences end as Chinese ones do.
func TestAChineseOfficeIsToldInChinese(t *testing.T) {
	o := openOffice(t, nil)
	o.apply("P13", threeRows())
	o.until(monday)
	const want = "權限帳號申請單「調任收發窗口，申請帳號」已送到您這裡。您是「戶政科」的單位主管。期限 115.11.25。"
	if notices := o.noticesOf("P11"); len(notices) == 0 || notices[0].Body != want {
		t.Errorf("%+v\nnot %s", notices, want)
	}
}
