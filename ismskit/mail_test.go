package ismskit_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// eachStoreLinked runs a story on every store, in an office whose mails link to cases
// and whose requests are of a class ("" for their own).
func eachStoreLinked(t *testing.T, class string, story func(t *testing.T, o *office)) {
	change := func(cfg *ismskit.Config) {
		cfg.Link = func(id string) string { return "https://isms.example/cases/" + id }
		if class == "" {
			return
		}
		cfg.Types = slices.Clone(cfg.Types)
		for i := range cfg.Types {
			if cfg.Types[i].Key == "account_request" {
				cfg.Types[i].Class, cfg.Types[i].Version = class, cfg.Types[i].Version+"."+class
			}
		}
	}
	onStores(t, func(t *testing.T, store ismskit.Store) { story(t, openOfficeWith(t, store, change)) })
}

// mailsTo are the mails to a person that left since a moment.
func (o *office) mailsTo(person string, since time.Time) []ismskit.Mail {
	var out []ismskit.Mail
	for _, m := range o.mails.mails {
		if m.Person == person && !m.At.Before(since) {
			out = append(out, m)
		}
	}
	return out
}

// K18: of a request that is 「密」 neither number nor subject nor any reason or value
// stands in a notice or a mail, opened, returned, late, escalated or closed: only that
// something waits, and where to look.
func TestK18MailsOfAConfidentialRequestSayOnlyThatItWaits(t *testing.T) {
	eachStoreLinked(t, ismskit.ClassConfidential, func(t *testing.T, o *office) {
		sent := o.apply("P13", oneRow())
		o.until(monday.Add(6 * time.Hour))
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補機密事由"})
		o.settle()
		o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"reason": "補充緣由"}})
		o.until(monday.AddDate(0, 0, 9).Add(3 * time.Hour)) // late, and escalated
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "同意辦理機密事項"})
		o.settle()
		o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
		o.until(o.now.AddDate(0, 0, 10)) // nobody confirms
		if c := o.read("P13", sent.Case); c.Flow.Outcome != workflow.OutcomeLapsed {
			t.Fatalf("outcome %q", c.Flow.Outcome)
		}
		secrets := []string{
			sent.Number, "調任收發窗口", "權限帳號申請", "請補機密事由", "同意辦理機密事項", "業務需要", "補充緣由", "qh150013", "account-row1",
			"單位主管審核", "鍾明哲／", "退回", "逾期未", "115-",
		}
		silent := func(what, text string) {
			t.Helper()
			for _, s := range secrets {
				if s != "" && strings.Contains(text, s) {
					t.Errorf("%s tells %q:\n%s", what, s, text)
				}
			}
		}
		seen := map[string]bool{}
		for _, person := range []string{"P01", "P04", "P05", "P11", "P13"} {
			for _, m := range o.noticesOf(person) {
				seen[m.Rule] = true
				silent("notice "+m.Rule+" to "+person, m.Subject+"\n"+m.Body)
				if strings.Contains(m.Subject, "待辦") != (m.Kind == ismskit.MessageAction) {
					t.Errorf("a notice of kind %s says %q", m.Kind, m.Subject)
				}
			}
		}
		for _, rule := range []string{"opened", "returned", "overdue", "escalate", "closed"} {
			if !seen[rule] {
				t.Errorf("nobody was told by rule %s: %v", rule, seen)
			}
		}
		mailed := map[string]bool{}
		for _, m := range o.mails.mails {
			mailed[m.Person] = true
			silent("the mail of "+m.At.In(taipei).Format("01-02 15:04")+" to "+m.Person, m.Subject+"\n"+m.Body)
			if !strings.Contains(m.Body, "https://isms.example/cases/") {
				t.Errorf("a mail that does not say where to look:\n%s", m.Body)
			}
		}
		for _, person := range []string{"P01", "P11", "P13"} {
			if !mailed[person] {
				t.Errorf("%s was sent no mail", person)
			}
		}
		o.keptAsSent()
	})
}

// Urgent kinds leave at once and once: a return at three in the afternoon is mailed at
// three and not again in the morning. All else is one mail a person and morning, also that
// nobody answered in time and the request was closed, be it at midnight. A mail carries
// number, subject and link, never what was filled in.
func TestUrgentMailsLeaveAtOnceAndOnce(t *testing.T) {
	eachStoreLinked(t, "", func(t *testing.T, o *office) {
		sent := o.apply("P13", oneRow())
		three := monday.Add(6 * time.Hour) // 15:00
		o.until(three)
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補核准依據"})
		o.settle()
		o.mailed("P13", "11-23 15:00")
		returned := o.mailsTo("P13", three)[0]
		link := "https://isms.example/cases/" + sent.Case
		for _, part := range []string{sent.Number, "調任收發窗口，申請帳號", link} {
			if !strings.Contains(returned.Subject+"\n"+returned.Body, part) {
				t.Errorf("the mail lacks %q: %s\n%s", part, returned.Subject, returned.Body)
			}
		}
		o.until(monday.AddDate(0, 0, 1).Add(3 * time.Hour))
		for _, m := range o.mailsTo("P13", three.Add(time.Minute)) {
			t.Errorf("told again at %s: %s\n%s", m.At.In(taipei).Format("01-02 15:04"), m.Subject, m.Body)
		}
		o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"reason": "補充緣由"}})
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "同意辦理"})
		o.settle()
		o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
		o.settle()
		o.until(o.now.AddDate(0, 0, 10))
		c := o.read("P13", sent.Case)
		if c.Flow.Outcome != workflow.OutcomeLapsed {
			t.Fatalf("outcome %q", c.Flow.Outcome)
		}
		after := o.mailsTo("P13", c.Flow.Closed)
		if len(after) != 1 || after[0].At.In(taipei).Format("15:04") != "08:30" || after[0].At.Sub(c.Flow.Closed) > 24*time.Hour ||
			!strings.Contains(after[0].Body, sent.Number+" 逾期未確認，系統結案") || !strings.Contains(after[0].Body, link) {
			t.Errorf("closed at %s, mailed %+v", c.Flow.Closed.In(taipei), after)
		}

		mornings := map[string]int{}
		for _, m := range o.mails.mails {
			at := m.At.In(taipei)
			if at.Format("15:04") == "08:30" {
				mornings[m.Person+at.Format(" 01-02")]++
			}
			for _, value := range []string{"業務需要", "補充緣由", "請補核准依據", "同意辦理", "承辦公文", "qh150013", "account-row1"} {
				if strings.Contains(m.Subject+m.Body, value) {
					t.Errorf("a mail carries %q:\n%s", value, m.Body)
				}
			}
		}
		for morning, n := range mornings {
			if n != 1 {
				t.Errorf("%d mails on %s", n, morning)
			}
		}
		if len(mornings) == 0 {
			t.Error("no morning mail left")
		}
		o.keptAsSent()
	})
}

// Nobody is written to on a day off: what came about on the last afternoon of the year
// and over three days off, with a request that is due in them, waits on the notices
// page and leaves in one mail on the next working morning.
func TestNoMailLeavesOnADayOff(t *testing.T) {
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) {
		cfg.Link = func(id string) string { return "https://isms.example/cases/" + id }
	})
	o.until(time.Date(2026, 12, 31, 15, 0, 0, 0, taipei)) // a Thursday; Friday is 元旦
	january := calendar.Date{Year: 2027, Month: 1, Day: 4}
	first := o.apply("P13", beginning(january, oneRow()))
	o.settle()
	o.until(time.Date(2027, 1, 2, 11, 0, 0, 0, taipei)) // a Saturday
	second := o.apply("P13", beginning(january, oneRow()))
	o.until(time.Date(2027, 1, 4, 8, 0, 0, 0, taipei))
	if told := o.noticesOf("P11"); len(told) != 2 || !told[0].Sent.IsZero() {
		t.Errorf("on the notices page of the days off: %+v", told)
	}
	if len(o.mails.mails) != 0 {
		t.Errorf("mails on days off: %+v", o.mails.mails)
	}
	o.until(time.Date(2027, 1, 4, 12, 0, 0, 0, taipei))
	o.mailed("P11", "01-04 08:30")
	mail := o.mailsTo("P11", monday)[0]
	for _, part := range []string{first.Number, second.Number, "https://isms.example/cases/" + first.Case, "https://isms.example/cases/" + second.Case, "調任收發窗口，申請帳號"} {
		if !strings.Contains(mail.Body, part) {
			t.Errorf("the mail lacks %q:\n%s", part, mail.Body)
		}
	}
	o.keptAsSent()
}

// The subject of a morning mail counts what the mail lists, each by what it is: what waits
// beside that is no part of it, and the mail says how much that is.
func TestAMorningMailSaysWhatItCounts(t *testing.T) {
	o := openOffice(t, nil)
	toConfirm := func() ismskit.Receipt {
		t.Helper()
		sent := o.apply("P13", oneRow())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
		o.settle()
		return sent
	}
	first := toConfirm()
	o.until(monday.AddDate(0, 0, 1))
	second := toConfirm()
	o.act("P13", second.Case, ismskit.Action{Verb: workflow.VerbCopy, People: []string{"P12"}})
	o.until(monday.AddDate(0, 0, 2))
	mails := o.mailsTo("P13", monday)
	if len(mails) != 2 || mails[0].Subject != "115.11.24 新到 1 件" || strings.Contains(mails[0].Body, "未列於本信") {
		t.Fatalf("the first morning: %+v", mails)
	}
	if n := len(o.todo("P13")); n != 2 || mails[1].Subject != "115.11.25 新到 1 件" || strings.Contains(mails[1].Body, first.Number) ||
		!strings.Contains(mails[1].Body, second.Number) || !strings.Contains(mails[1].Body, "您的待辦事項共 2 件，其中 1 件未列於本信。") {
		t.Errorf("%d wait, he is mailed %s\n%s", n, mails[1].Subject, mails[1].Body)
	}
	if mail := o.mailsTo("P12", monday); len(mail) != 1 || mail[0].Subject != "115.11.25 通知 1 件" {
		t.Errorf("who has a notice alone: %+v", mail)
	}
	o.until(time.Date(2026, 11, 30, 12, 0, 0, 0, taipei))
	mails = o.mailsTo("P13", monday.AddDate(0, 0, 6))
	if len(mails) != 1 || mails[0].Subject != "115.11.30 今日到期 1 件、提醒 1 件" {
		t.Errorf("on its last day: %+v", mails)
	}
}

// What ends by itself in the night before a day off is told by mail on the next working morning.
func TestWhatEndsByItselfBeforeADayOffIsMailedOnAWorkingMorning(t *testing.T) {
	o := openOffice(t, nil)
	o.until(time.Date(2026, 11, 27, 10, 0, 0, 0, taipei)) // a Friday
	sent := o.apply("P13", oneRow())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
	o.until(time.Date(2026, 12, 7, 12, 0, 0, 0, taipei))
	c := o.read("P13", sent.Case)
	if c.Flow.Outcome != workflow.OutcomeLapsed || c.Flow.Closed.In(taipei).Weekday() != time.Saturday {
		t.Fatalf("%s at %s", c.Flow.Outcome, c.Flow.Closed.In(taipei))
	}
	mails := o.mailsTo("P13", c.Flow.Closed)
	if len(mails) != 1 || mails[0].At.In(taipei).Format("01-02 15:04") != "12-07 08:30" || !strings.Contains(mails[0].Body, sent.Number+" 逾期未確認，系統結案") {
		t.Errorf("mailed %+v", mails)
	}
}

// The other notices of a mail stand newest first, and of one moment by number: the rows of a
// request follow each other.
func TestOtherNoticesStandNewestFirst(t *testing.T) {
	o := openOffice(t, nil)
	values := oneRow()
	var lines []forms.Row
	for i := range 11 {
		lines = append(lines, line("row"+strconv.Itoa(i+1), "S01", person("P13")))
	}
	values["lines"] = lines
	rows := o.apply("P13", values)
	o.act("P11", rows.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	for mail := (ismskit.Mail{}); ; {
		o.until(o.now.AddDate(0, 0, 1))
		if mails := o.mailsTo("P13", o.now.AddDate(0, 0, -1)); len(mails) > 0 {
			mail = mails[0]
		}
		if !strings.Contains(mail.Body, "承辦逾期") {
			if o.now.Sub(monday) > 30*24*time.Hour {
				t.Fatal("he is never told that it is late")
			}
			continue
		}
		var want []string
		for i := range lines {
			want = append(want, "・"+rows.Number+"（第 "+strconv.Itoa(i+1)+" 列）承辦逾期，稽催中")
		}
		if got := strings.Split(mail.Body, "\n"); !slices.Equal(slices.DeleteFunc(got, func(l string) bool { return !strings.Contains(l, "承辦逾期") }), want) {
			t.Errorf("%s\n%s", mail.Subject, mail.Body)
		}
		break
	}
	earlier, later := o.apply("P13", oneRow()), o.apply("P13", oneRow())
	for i, r := range []ismskit.Receipt{later, earlier} {
		o.until(o.now.Add(time.Duration(i) * time.Hour))
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbCopy, People: []string{"P12"}})
	}
	o.until(o.now.AddDate(0, 0, 4))
	mails := o.mailsTo("P12", monday)
	if len(mails) != 1 || strings.Index(mails[0].Body, earlier.Number) > strings.Index(mails[0].Body, later.Number) {
		t.Errorf("%s was told last: %+v", earlier.Number, mails)
	}
}

// A person gets one mail a morning, also when a server whose clock is a minute behind
// tells him something for a mail that has left: that waits for the next morning's.
func TestWhatIsToldTooLateForTheMorningsMailLeavesWithTheNext(t *testing.T) {
	eachStoreLinked(t, "", func(t *testing.T, o *office) {
		first := o.apply("P13", oneRow())
		o.until(monday.AddDate(0, 0, 1))
		o.mailed("P11", "11-24 08:30")
		o.now = time.Date(2026, 11, 24, 8, 29, 0, 0, taipei)
		second := o.apply("P13", oneRow())
		o.until(monday.AddDate(0, 0, 2))
		o.mailed("P11", "11-24 08:30", "11-25 08:30")
		if mails := o.mailsTo("P11", monday); !strings.Contains(mails[0].Body, first.Number) || strings.Contains(mails[0].Body, second.Number) ||
			!strings.Contains(mails[1].Body, second.Number) {
			t.Errorf("mails of %s and %s: %+v", first.Number, second.Number, mails)
		}
		o.keptAsSent()
	})
}

// keptAsSent: every mail that left is kept, under its number and in its words.
func (o *office) keptAsSent() {
	o.t.Helper()
	for _, mail := range o.mails.mails {
		var kept []ismskit.Message
		err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			found, err := tx.Queue().Messages(ctx, ismskit.MessageQuery{IDs: []string{mail.ID}})
			kept = found
			return err
		})
		if err != nil {
			o.t.Fatal(err)
		}
		if len(kept) != 1 || kept[0].Person != mail.Person || kept[0].Subject != mail.Subject || !kept[0].Sent.Equal(mail.At) || !strings.Contains(mail.Body, kept[0].Body) {
			o.t.Errorf("the mail %s to %s, %q, is kept as %+v", mail.ID, mail.Person, mail.Subject, kept)
		}
	}
}

// Whoever stands in for somebody reads in his mail for whom, at each line that comes to him
// so; of what is classified not even that.
func TestADeputysMailSaysForWhom(t *testing.T) {
	for class, says := range map[string]bool{"": true, "confidential": false} {
		eachStoreLinked(t, class, func(t *testing.T, o *office) {
			if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), ismskit.Absence{Deputies: []string{"P12"}, From: monday.AddDate(0, 0, 1), To: monday.AddDate(0, 0, 3), Reason: "公假"}); err != nil {
				t.Fatal(err)
			}
			o.until(monday.AddDate(0, 0, 1).Add(time.Hour))
			since := o.now
			o.apply("P13", threeRows())
			o.until(monday.AddDate(0, 0, 2).Add(2 * time.Hour))
			mails := o.mailsTo("P12", since)
			if len(mails) == 0 {
				t.Fatal("no mail left")
			}
			if strings.Contains(mails[0].Body, "（代理邱柏叡）") != says {
				t.Errorf("of class %q his mail says\n%s", class, mails[0].Body)
			}
			if strings.Contains(mails[0].Body, "・ ") {
				t.Errorf("a line without a number begins with a blank:\n%s", mails[0].Body)
			}
		})
	}
}

// A deputy whose deputyship ends over night is not mailed in the morning that what came to him
// the day before waits for him: it waits for his principal.
func TestNoMailSaysThatAnEndedDeputyshipWaits(t *testing.T) {
	for _, c := range []struct {
		days   int
		deputy bool
	}{{1, false}, {3, true}} {
		o := openOffice(t, nil)
		from := o.now
		row := ismskit.Absence{Deputies: []string{"P12"}, From: from, To: time.Date(2026, 11, 23+c.days, 0, 0, 0, 0, taipei), Reason: "公假"}
		if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), row); err != nil {
			t.Fatal(err)
		}
		ended := o.apply("P13", oneRow())
		// He has a mail in any case, of a copy.
		o.act("P13", ended.Case, ismskit.Action{Verb: workflow.VerbCopy, People: []string{"P12"}})
		o.until(time.Date(2026, 11, 24, 12, 0, 0, 0, taipei))
		for _, m := range o.noticesOf("P12") {
			if m.Case == ended.Case && m.Rule == "opened" && (m.Mail != "") != c.deputy {
				t.Errorf("away for %d days: %q is noted as mailed: %t", c.days, m.Subject, m.Mail != "")
			}
		}
		for person, want := range map[string]bool{"P12": c.deputy, "P11": true} {
			got := false
			for _, m := range o.mailsTo(person, from) {
				got = got || strings.Contains(m.Body, ended.Number+" 調任收發窗口") // and not of his copy
			}
			if got != want {
				t.Errorf("away for %d days: %s is mailed of it: %t", c.days, person, got)
			}
		}
	}
}
