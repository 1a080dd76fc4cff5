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
