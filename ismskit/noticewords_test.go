package ismskit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// A notice names the form and its subject; where the subject begins with the form's
// name, as of what opens by itself, it says it once.
func TestANoticeSaysTheFormsNameOnce(t *testing.T) {
	o := openOffice(t, nil)
	request := o.apply("P13", oneRow())
	o.settle()
	if n := o.noticesOf("P11"); len(n) != 1 || !strings.HasPrefix(n[0].Body, "權限帳號申請單「調任收發窗口，申請帳號」已送到您這裡。") {
		t.Errorf("to the head: %+v", n)
	}
	o.finishOne(request.Case)
	o.until(time.Date(2027, 11, 15, 10, 0, 0, 0, taipei))
	question := o.todo("P13")[0].Case
	o.act("P13", question, ismskit.Action{Verb: workflow.VerbRecord, Result: "let_end"})
	o.until(time.Date(2027, 12, 2, 10, 0, 0, 0, taipei))
	for person, name := range map[string]string{"P13": "使用期限到期詢問", "P05": "到期停用"} {
		told := false
		for _, n := range o.noticesOf(person) {
			if told = told || strings.Contains(n.Body, name); strings.Contains(n.Body, name+"「"+name) {
				t.Errorf("%s is told: %s", person, n.Body)
			}
		}
		for _, mail := range o.mails.mails {
			if strings.Contains(mail.Body, name+" "+name) {
				t.Errorf("a mail says %s", mail.Body)
			}
		}
		if !told {
			t.Errorf("%s is told nothing of %s", person, name)
		}
	}
}

// What opened by itself is called by the name of its form in notices and mails: its subject is
// put together from what is filled in, an account and a day among it, and stays on the pages.
func TestNoNoticeOrMailNamesTheAccountOfWhatOpenedByItself(t *testing.T) {
	for lang, titles := range map[string][]string{"zh-TW": {"使用期限到期詢問", "到期停用"}, "en": {"Before a grant ends", "Close after the end"}} {
		o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Lang = lang })
		request := o.apply("P13", oneRow())
		o.settle()
		o.finishOne(request.Case)
		o.until(time.Date(2027, 11, 15, 10, 0, 0, 0, taipei))
		question := o.todo("P13")[0]
		o.act("P13", question.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "let_end"})
		o.until(time.Date(2027, 12, 2, 10, 0, 0, 0, taipei))
		closure := o.todo("P05")[0]
		for i, subject := range []string{question.Subject, closure.Subject} {
			if !strings.HasPrefix(subject, titles[i]) || !strings.Contains(subject, "account-row1") {
				t.Errorf("on the list of %s: %q", lang, subject)
			}
		}
		told := map[string]bool{}
		read := func(what, text string) {
			for _, title := range titles {
				told[what+title] = told[what+title] || strings.Contains(text, title)
			}
			for _, value := range []string{"account-row1", strings.TrimPrefix(question.Subject, titles[0]), strings.TrimPrefix(closure.Subject, titles[1])} {
				if strings.Contains(text, value) {
					t.Errorf("a %s carries %q:\n%s", what, value, text)
				}
			}
		}
		for _, person := range []string{"P05", "P13"} {
			for _, n := range o.noticesOf(person) {
				read("notice", n.Subject+"\n"+n.Body)
			}
		}
		for _, mail := range o.mails.mails {
			read("mail", mail.Subject+"\n"+mail.Body)
		}
		for _, what := range []string{"notice", "mail"} {
			for _, title := range titles {
				if !told[what+title] {
					t.Errorf("no %s names %s", what, title)
				}
			}
		}
	}
}
