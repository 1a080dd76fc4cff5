package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// wentOnOnPaper is a request of 鍾明哲 that goes on on paper before anybody signed it.
func (o *office) wentOnOnPaper() ismskit.Receipt {
	o.t.Helper()
	sent := o.apply("P13", threeRows())
	o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
	o.settle()
	return sent
}

// faultAt is what a refusal says of a field, "" for nothing.
func faultAt(err error, field string) string {
	invalid, _ := errors.AsType[forms.Invalid](err)
	for _, f := range invalid {
		if f.Field == field {
			return f.Message("zh-TW")
		}
	}
	return ""
}

// The number of a case that went on on paper is its applicant's: nobody enters a paper under it
// for somebody else, be it at once or from a draft.
func TestAPaperIsEnteredForWhoseRequestItsNumberIs(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.wentOnOnPaper()
		v := o.signedBy(sent.Number, [3]any{"P10", "申請人", 23}, [3]any{"P04", "單位主管", 23})
		for applicant, name := range map[string]string{"": "龔怡安", "P06": "方冠宇"} {
			_, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: applicant, Values: v, Submit: true})
			if got, want := faultAt(err, ismskit.FieldApplicant), "編號「"+sent.Number+"」是鍾明哲（戶政科）的申請，不能以"+name+"為申請人補登；請改以鍾明哲為申請人，或核對紙本編號。"; got != want {
				t.Errorf("for %q he is told %q: %v", applicant, got, err)
			}
		}
		// Of a draft too it is said at the field in which it is mended.
		draft, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P06", Values: v})
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.kit.Act(o.ctx, o.as("P10"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		if got, want := faultAt(err, ismskit.FieldApplicant), "編號「"+sent.Number+"」是鍾明哲（戶政科）的申請，不能以方冠宇為申請人補登；請改以鍾明哲為申請人，或核對紙本編號。"; got != want {
			t.Errorf("of a draft he is told %q: %v", got, err)
		}
		o.numbers(sent.Number + " free")
		entered, err := o.enterPaper(o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23}))
		if err != nil || entered.Number != sent.Number {
			t.Fatalf("%+v %v", entered, err)
		}

		// Each leads to the other, for the applicant too.
		if c := o.read("P13", sent.Case); c.OnPaper == nil || c.OnPaper.State != ismskit.NumberUsed || c.OnPaper.Case != entered.Case {
			t.Errorf("the request goes on at %+v", c.OnPaper)
		}
		if c := o.read("P13", entered.Case); c.Paper.Online != sent.Case || c.OnPaper != nil {
			t.Errorf("the entry comes from %+v", c.Paper)
		}
	})
}

// Whoever enters a paper mends in its draft for whom that is; what else he entered stays, and whom
// he had named by mistake never learns of it. For another form the draft stays whose it is.
func TestTheApplicantOfAPaperIsCorrectedInItsDraft(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.wentOnOnPaper()
		v := o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23})
		draft, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P06", Values: v})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"P10", "P06", "P13"} { // his own for a moment, too
			o.act("P10", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Applicant: who})
			c := o.read("P10", draft.Case)
			if c.Flow.Applicant.Person != who || (c.Writer == nil) != (who == "P10") || c.Fields["paper_place"] != v["paper_place"] {
				t.Errorf("for %s it is %s's, written by %v: %v", who, c.Flow.Applicant.Person, c.Writer, c.Fields)
			}
			for _, other := range []string{"P06", "P13"} {
				if _, err := o.kit.Case(o.ctx, o.as(other), draft.Case); !errors.Is(err, ismskit.ErrNotFound) {
					t.Errorf("%s reads what is for %s: %v", other, who, err)
				}
			}
		}
		if _, err := o.kit.Act(o.ctx, o.as("P06"), draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Applicant: "P06"}); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("somebody else makes it his: %v", err)
		}
		o.act("P10", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Applicant: "P06"})
		if route, err := o.kit.Route(o.ctx, o.as("P10"), ismskit.Preview{Case: draft.Case, Applicant: "P13"}); err != nil || len(route.Steps) == 0 {
			t.Errorf("the way of the corrected one: %+v %v", route, err)
		}
		if r := o.act("P10", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Applicant: "P13"}); r.Number != sent.Number {
			t.Errorf("sent it is %+v", r)
		}
		o.settle()
		for who, finds := range map[string]bool{"P06": false, "P13": true, "P10": true} {
			all, err := o.kit.Records().Query(o.ctx, o.as(who), record.Query{Kinds: []string{ismskit.RecordCase}})
			if err != nil {
				t.Fatal(err)
			}
			found := slices.ContainsFunc(all, func(r record.Record) bool { return strings.HasSuffix(r.ID, draft.Case) })
			if found != finds {
				t.Errorf("%s finds it: %t", who, found)
			}
		}
		if c := o.read("P13", draft.Case); c.Flow.Applicant.Person != "P13" || c.Writer == nil || c.Writer.Person != "P10" {
			t.Errorf("it is %+v by %+v", c.Flow.Applicant, c.Writer)
		}

		other, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Applicant: "P11", Values: threeRows()})
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.kit.Act(o.ctx, o.as("P13"), other.Case, ismskit.Action{Verb: ismskit.VerbSave, Applicant: "P04"})
		if got := faultAt(err, ismskit.FieldApplicant); !strings.HasPrefix(got, "這份草稿是為") {
			t.Errorf("what the other may have read becomes somebody else's: %q %v", got, err)
		}
	})
}

// The draft of a paper is its writer's alone until it is sent: whoever is named as its applicant, by
// mistake perhaps, does not find the request of somebody else among his own.
func TestTheDraftOfAPaperIsItsWritersAlone(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.wentOnOnPaper()
		v := o.signedBy(sent.Number, [3]any{"P04", "單位主管", 23})
		draft, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P06", Values: v})
		if err != nil {
			t.Fatal(err)
		}
		listed := func(person string) bool {
			t.Helper()
			lines, err := o.kit.Cases(o.ctx, o.as(person), ismskit.CaseFilter{})
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(lines, func(l ismskit.CaseLine) bool { return l.ID == draft.Case })
		}
		if listed("P06") || !listed("P10") {
			t.Errorf("on the list of whom it names: %t, of its writer: %t", listed("P06"), listed("P10"))
		}
		if _, err := o.kit.Case(o.ctx, o.as("P06"), draft.Case); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("he reads it: %v", err)
		}
		for _, verb := range []workflow.Verb{ismskit.VerbSave, workflow.VerbSubmit, workflow.VerbWithdraw} {
			if _, err := o.kit.Act(o.ctx, o.as("P06"), draft.Case, ismskit.Action{Verb: verb, Comment: "不是我的"}); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s: %v", verb, err)
			}
		}
		o.read("P10", draft.Case)
	})
}

// Where the applicant has left and nobody goes on for him, those who enter it say for whom it is.
func TestAPaperOfSomebodyWhoHasLeftIsEnteredForAnother(t *testing.T) {
	o := paperOffice(t, nil)
	sent := o.wentOnOnPaper()
	o.leave("P13")
	v := o.signedBy(sent.Number, [3]any{"P11", "單位主管", 23})
	_, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P11", Values: v, Submit: true})
	if told := faultAt(err, ismskit.FieldApplicant); told != "" {
		t.Errorf("it must be his who has left: %s", told)
	}
}

// Whoever enters the paper begins with the request that went on on it, with its rows and without
// its files and what he must not see of it.
func TestAnEntryBeginsWithTheRequestOnline(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.wentOnOnPaper()
		prefills := o.kit.Types().Prefills()
		begun, err := prefills.Online(o.ctx, o.as("P10"), "account_request_paper", " "+sent.Number+" ")
		if err != nil {
			t.Fatal(err)
		}
		was := o.read("P10", sent.Case).Fields
		rows, _ := begun.Values["lines"].([]forms.Row)
		if begun.Case != sent.Case || begun.Applicant.Person != "P13" || begun.Values["subject"] != was["subject"] || begun.Values["op"] != was["op"] || len(rows) != 3 ||
			rows[1][forms.RowID] != was["lines"].([]forms.Row)[1][forms.RowID] || rows[1]["system"] != was["lines"].([]forms.Row)[1]["system"] {
			t.Errorf("it begins with %+v", begun)
		}
		for who, ask := range map[string][2]string{
			"P13": {"account_request_paper", sent.Number}, // no keeper of papers
			"P10": {"account_request_paper", "IS-04-012-115-0900"},
		} {
			if _, err := prefills.Online(o.ctx, o.as(who), ask[0], ask[1]); err == nil {
				t.Errorf("%s begins with what is not his to enter", who)
			}
		}
		if _, err := prefills.Online(o.ctx, o.as("P10"), "account_request", sent.Number); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("another form begins with it: %v", err)
		}

		// Sent as it was, it differs in nothing; what he changed everybody sees who reads it.
		v := o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23})
		for key, value := range begun.Values {
			v[key] = value
		}
		v["subject"] = "完全不同的主旨"
		changed := []forms.Row{rows[0].Clone(), rows[1].Clone(), line("new", "S02", person("P13"))}
		changed[0]["purpose"] = "另一用途"
		v["lines"] = changed
		entered, err := o.enterPaper(v)
		if err != nil {
			t.Fatal(err)
		}
		want := []ismskit.PaperDifference{
			{Path: "subject", State: ismskit.PaperChanged}, {Path: "lines", Row: 3, State: ismskit.PaperRemoved},
			{Path: "lines.purpose", Row: 1, State: ismskit.PaperChanged}, {Path: "lines", Row: 4, State: ismskit.PaperAdded},
			{Path: "nda", State: ismskit.PaperChanged}, // nobody from outside is named any more
		}
		for _, who := range []string{"P11", "P13"} {
			got := o.read(who, entered.Case).Paper.Differs
			if !slices.EqualFunc(got, want, func(a, b ismskit.PaperDifference) bool {
				return a.Path == b.Path && a.Row == b.Row && a.State == b.State && a.Label.In("zh-TW") != ""
			}) {
				t.Errorf("%s sees that it differs in %+v", who, got)
			}
		}
		if _, err := prefills.Online(o.ctx, o.as("P10"), "account_request_paper", sent.Number); faultAt(err, "paper_number") != "編號「"+sent.Number+"」已有補登案件，不能重複使用，請核對紙本。" {
			t.Errorf("it is entered twice: %v", err)
		}
	})
}

// Whoever enters a paper is told why none is awaited under a number, as far as he may know; others
// get one answer for all.
func TestWhyNoPaperIsAwaitedUnderANumber(t *testing.T) {
	o := paperOffice(t, nil)
	void, reserved := o.wentOnOnPaper(), o.reserve(1)[0].Number
	if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), void.Number, "不再申請"); err != nil {
		t.Fatal(err)
	}
	running := o.apply("P13", threeRows())
	unknown := "」不是這份表單的預留編號，也不是轉紙本續辦案件的編號，請核對紙本，或先預留編號。"
	for number, want := range map[string]string{
		void.Number:          "編號「" + void.Number + "」已作廢，不能使用，請核對紙本。",
		reserved:             "「" + reserved + "」是預留編號，沒有線上申請可以帶入，請依紙本填寫。",
		running.Number:       "「" + running.Number + unknown, // which is none of his
		"IS-04-012-115-0900": "「IS-04-012-115-0900" + unknown,
	} {
		_, err := o.kit.Types().Prefills().Online(o.ctx, o.as("P10"), "account_request_paper", number)
		if got := faultAt(err, "paper_number"); got != want {
			t.Errorf("of %s he is told %q: %v", number, got, err)
		}
		if _, err := o.kit.Types().Prefills().Online(o.ctx, o.as("P13"), "account_request_paper", number); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("of %s somebody else is told %v", number, err)
		}
	}
	own := o.apply("P10", threeRows()) // which he may read
	_, err := o.kit.Types().Prefills().Online(o.ctx, o.as("P10"), "account_request_paper", own.Number)
	if got := faultAt(err, "paper_number"); got != "「"+own.Number+"」仍於線上辦理，未轉紙本續辦，不能以紙本補登；請核對紙本編號。" {
		t.Errorf("who may read it is told %q: %v", got, err)
	}
}

// An entry that was typed as the request was differs in nothing, whatever identities its rows have.
func TestAnEntryTypedAnewIsHeldAgainstTheRequestByPlace(t *testing.T) {
	o := paperOffice(t, nil)
	sent := o.wentOnOnPaper()
	v := o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23})
	for key, value := range threeRows() {
		v[key] = value
	}
	rows := v["lines"].([]forms.Row)
	for i, id := range []string{"x1", "x2", "x3"} {
		rows[i] = rows[i].Clone()
		rows[i][forms.RowID] = id
	}
	entered, err := o.enterPaper(v)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.read("P11", entered.Case).Paper.Differs; len(got) > 0 {
		t.Errorf("it differs in %+v", got)
	}
}

// Whoever carries the paper around reads on it, and on the case, who is to stamp each field that
// is still open; once it was entered, or its number is void, nobody of today is named for it.
func TestAPaperSaysToWhomItIsCarried(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.wentOnOnPaper()
		carried := func() (out []string) {
			c := o.read("P13", sent.Case)
			for _, line := range print.Of(c, ismskit.Imprint{Lang: "zh-TW"}).Stamps {
				for _, s := range line {
					out = append(out, strings.TrimSpace(s.Step+" "+s.Name+s.Note))
				}
			}
			return out
		}
		want := []string{
			"申請人 鍾明哲", "單位主管 請送 科長 邱柏叡 核章", "處置：AD 帳號 請送 分析師 賴思妤 核章", "處置：公文系統 請送 科員 龔怡安 核章",
			"處置：電子郵件系統 請送 管理師 方冠宇 核章", "申請人確認 請送 科員 鍾明哲 核章",
		}
		got := carried()
		if !slices.Equal(got, want) {
			t.Errorf("the paper says %q", got)
		}
		for _, s := range o.read("P13", sent.Case).Way.Steps {
			if s.State == ismskit.RouteOnPaper && (!s.Due.Date.IsZero() || s.Node == "step" && len(s.People) == 0) {
				t.Errorf("%s is due %v from %v", s.ID, s.Due, s.People)
			}
		}
		if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), sent.Number, "不再需要"); err != nil {
			t.Fatal(err)
		}
		for _, s := range carried() {
			if strings.Contains(s, "請送") {
				t.Errorf("the void paper says %q", s)
			}
		}
	})
}

// Before anybody is named as a signer the way of an entry names nobody who would not be asked; sent,
// it says once whom it asks, and only where that is not whom it showed.
func TestTheWayOfAnEntryNamesWhoIsAsked(t *testing.T) {
	o := paperOffice(t, nil)
	sent := o.wentOnOnPaper()
	v := o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23})
	blank := v.Clone()
	delete(blank, "paper_signers")
	way := func(values forms.Values) ismskit.Route {
		t.Helper()
		route, err := o.kit.Route(o.ctx, o.as("P10"), ismskit.Preview{Type: "account_request_paper", Applicant: "P13", Values: values})
		if err != nil {
			t.Fatal(err)
		}
		return route
	}
	if first := way(blank).Steps[0]; first.ID != "paper_signers" || len(first.People) > 0 || first.Nobody || first.Fallback {
		t.Errorf("before anybody is named it comes to %+v", first)
	}
	shown := way(v).Shown()
	if got := shown["paper_signers"]; !slices.Equal(got, []string{"P11", "P13"}) {
		t.Errorf("it is shown to come to %v", got)
	}
	only := map[string][]string{"paper_signers": {"P04"}}
	for _, c := range []struct {
		shown map[string][]string
		told  int
	}{{shown, 0}, {way(blank).Shown(), 0}, {only, 1}} {
		o := paperOffice(t, nil)
		sent := o.wentOnOnPaper()
		r, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{
			Type: "account_request_paper", Applicant: "P13", Submit: true, Shown: c.shown,
			Values: o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23}),
		})
		if err != nil || len(r.Rerouted) != c.told || c.told > 0 && len(r.Rerouted[0].People) != 2 {
			t.Errorf("shown %v: %+v %v", c.shown, r.Rerouted, err)
		}
	}
}

// Who has to confirm in person is not said to have no deputy.
func TestWhoIsAwayAndHasToConfirmInPerson(t *testing.T) {
	o := paperOffice(t, nil)
	sent := o.wentOnOnPaper()
	if _, told := o.away("P11", 0, 3, "P12"); told != "" {
		t.Fatal(told)
	}
	o.now = o.now.Add(24 * time.Hour)
	v := o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23})
	route, err := o.kit.Route(o.ctx, o.as("P10"), ismskit.Preview{Type: "account_request_paper", Applicant: "P13", Values: v})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range route.Steps[0].People {
		if away := p.Person == "P11"; p.Away != away || p.InPerson != away || p.Acting != nil {
			t.Errorf("%s: %+v", p.Person, p)
		}
	}
}
