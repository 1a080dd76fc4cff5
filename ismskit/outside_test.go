package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// outsideRow is an approved row that an office outside carries out; P06 is its contact.
func (o *office) outsideRow() string {
	o.t.Helper()
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	return o.todo("P06")[0].Case
}

// upload is a small file of a person's.
func (o *office) upload(person, name string) forms.File {
	o.t.Helper()
	file, err := o.kit.Files().Upload(o.ctx, o.as(person), name, strings.NewReader(name))
	if err != nil {
		o.t.Fatal(err)
	}
	return file
}

// What is noted about an office outside makes sense in time, and is refused field
// by field where it doesn't.
func TestDatesOfAnOfficeOutsideMakeSense(t *testing.T) {
	o := openOffice(t, nil)
	row := o.outsideRow()
	note := func(change func(*workflow.OutsideNote)) *workflow.OutsideNote {
		n := &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-1", Sent: o.now}
		change(n)
		return n
	}
	day := 24 * time.Hour
	refused := func(verb workflow.Verb, n *workflow.OutsideNote, want ...string) {
		t.Helper()
		_, err := o.kit.Act(o.ctx, o.as("P06"), row, ismskit.Action{Verb: verb, Outside: n, Result: "opened"})
		invalid, ok := errors.AsType[forms.Invalid](err)
		var got []string
		for _, f := range invalid {
			got = append(got, f.Field+" "+f.Code)
			if f.Message("zh-TW") == "" || strings.Contains(f.Message("zh-TW"), "{") {
				t.Errorf("%s: %q", f.Code, f.Message("zh-TW"))
			}
		}
		if !ok || strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("%s: %v, want %v (%v)", verb, got, want, err)
		}
	}
	refused(workflow.VerbSendOut, nil, "outside.to required", "outside.how required")
	refused(workflow.VerbSendOut, note(func(n *workflow.OutsideNote) { n.Sent = o.now.Add(day) }), "outside.sent outside.future")
	refused(workflow.VerbSendOut, note(func(n *workflow.OutsideNote) { n.Sent = o.now.Add(-30 * day) }), "outside.sent outside.too_early")
	refused(workflow.VerbSendOut, note(func(n *workflow.OutsideNote) { n.Expected, n.ExpectedDate = o.now.Add(-day), "2026-11-22" }), "outside.expected outside.before_sent")
	refused(workflow.VerbRecord, nil, "outside.sent outside.not_sent")
	refused(workflow.VerbSendOut, note(func(n *workflow.OutsideNote) { n.Text = strings.Repeat("長", 4001) }), "outside.text too_long")

	// Later the same day is today, and today is a good day for an answer.
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: note(func(n *workflow.OutsideNote) {
		n.Sent, n.Expected, n.ExpectedDate = o.now.Add(8*time.Hour), o.now, "2026-11-23"
	})})
	refused(workflow.VerbAnswer, nil, "outside.reply outside.no_reply")
	refused(workflow.VerbAnswer, &workflow.OutsideNote{Reply: "好", Replied: o.now.Add(-day)}, "outside.replied outside.before_sent")
	refused(workflow.VerbRecord, &workflow.OutsideNote{Reply: "好", Replied: o.now.Add(2 * day), Proof: []string{"x"}}, "outside.replied outside.future")
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Reply: "已建立", Replied: o.now, Proof: []string{"電話紀錄"}}})
}

// A result says only what it still needs, each in a sentence of its own at the field
// where it can be given; what was answered before stays when the rest comes with it.
func TestAResultFromOutsideSaysWhatIsMissing(t *testing.T) {
	o := openOffice(t, nil)
	row := o.outsideRow()
	record := ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"}
	missing := func(a ismskit.Action, want ...string) {
		t.Helper()
		_, err := o.kit.Act(o.ctx, o.as("P06"), row, a)
		invalid, _ := errors.AsType[forms.Invalid](err)
		var got []string
		for _, f := range invalid {
			got = append(got, f.Field+": "+f.Message("zh-TW"))
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%v, want %v (%v)", got, want, err)
		}
	}
	const number, proof = "outside.number: 請填寫受理號。", "proof: 請檢附外部回復的佐證。"
	missing(record, "outside.sent: 尚未登錄外部送件，請先登錄外部送件。")
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話"}})
	if mine := o.read("P06", row).Mine; !slices.Contains(mine[0].Require, "proof") {
		t.Errorf("proof is not among %v", mine[0].Require)
	}
	missing(record, number, "outside.replied: 請填寫回復日。", proof) // the day of the press is not that of the answer
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Reply: "已建立信箱", Replied: o.now}})
	record.Outside = &workflow.OutsideNote{Number: "A-2211"}
	missing(record, proof)
	file, err := o.kit.Files().Upload(o.ctx, o.as("P06"), "reply.txt", strings.NewReader("done"))
	if err != nil {
		t.Fatal(err)
	}
	record.Outside, record.Values = nil, forms.Values{"proof": []forms.File{file}}
	missing(record, number)
	record.Values["given_account"], record.Outside = strings.Repeat("a", 101), &workflow.OutsideNote{Number: "A-2211"}
	missing(record, "given_account: 給定帳號最多 100 個字，目前 101 個字，請精簡內容。") // the file came, whatever else is wrong
	record.Values["given_account"] = "qh150013"
	o.act("P06", row, record)
	tasks := o.read("P06", row).Flow.Tasks
	if note := tasks[len(tasks)-1].Outside; note.Number != "A-2211" || note.Reply != "已建立信箱" || len(note.Proof) != 1 {
		t.Errorf("noted %+v", note)
	}
}

// Proof that came with the reply is not taken out again with the result: the record would say
// that there is proof, and that there is none. Another file in its place is taken.
func TestProofOfAReplyStaysWithTheResult(t *testing.T) {
	o := openOffice(t, nil)
	row := o.outsideRow()
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-2211"}})
	o.act("P06", row, ismskit.Action{
		Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Reply: "已建立信箱", Replied: o.now}, Values: forms.Values{"proof": []forms.File{o.upload("P06", "reply.txt")}},
	})
	if mine := o.read("P06", row).Mine; !slices.Contains(mine[0].Require, "proof") {
		t.Errorf("proof is not among %v", mine[0].Require)
	}
	record := ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"proof": []forms.File{}, "given_account": "qh150013"}}
	_, err := o.kit.Act(o.ctx, o.as("P06"), row, record)
	if invalid, _ := errors.AsType[forms.Invalid](err); len(invalid) != 1 || invalid[0].Field != "proof" {
		t.Errorf("a result that takes the proof out: %v", err)
	}
	record.Values["proof"] = []forms.File{o.upload("P06", "screen.txt")}
	o.act("P06", row, record)
}

// While nothing has gone to the office outside, that it went is what the contact is
// asked for; then the answer; then what came of it.
func TestARowOfAnOfficeOutsideSaysWhatIsNext(t *testing.T) {
	o := openOffice(t, nil)
	row := o.outsideRow()
	next := func(want workflow.Verb) {
		t.Helper()
		if mine := o.read("P06", row).Mine; len(mine) != 1 || mine[0].Next != want {
			t.Errorf("next is %+v, not %s", mine, want)
		}
	}
	next(workflow.VerbSendOut)
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "email", Number: "A-2211", Sent: o.now}})
	next(workflow.VerbAnswer)
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{ReplyNumber: "B-1", Reply: "已建立信箱", Replied: o.now}})
	next(workflow.VerbRecord)
	if mine := o.read("P05", o.todo("P05")[0].Case).Mine; mine[0].Next != workflow.VerbRecord {
		t.Errorf("a row inside: %s", mine[0].Next)
	}
}

// A late row of an office outside says whose delay it is: its contact's, who has not sent
// it or has not entered what came of the answer, or the office's, which has not answered.
func TestALateRowOfAnOfficeOutsideSaysWhoseDelayItIs(t *testing.T) {
	o := openOffice(t, nil)
	row := o.outsideRow()
	stands := func(want ismskit.OutsideStage, theirs bool) ismskit.OutsideStanding {
		t.Helper()
		all, err := o.kit.Tasks(o.ctx, o.as("P04"), ismskit.TodoFilter{Everybody: true, Case: row})
		if err != nil {
			t.Fatal(err)
		}
		mine := o.read("P06", row).Mine
		if len(all) != 1 || all[0].Standing == nil || len(mine) != 1 || mine[0].Standing == nil {
			t.Fatalf("%+v, %+v do not say how it stands", all, mine)
		}
		got := *all[0].Standing
		if got.Stage != want || got.Theirs() != theirs || got.Office["zh-TW"] == "" {
			t.Errorf("in everybody's list it stands %+v, not %s", got, want)
		}
		if a, b := mine[0].Standing, got; a.Stage != b.Stage || !a.Sent.Equal(b.Sent) || a.ExpectedDate != b.ExpectedDate {
			t.Errorf("its contact reads %+v, others %+v", a, b)
		}
		return got
	}
	stands(ismskit.OutsideUnsent, false)
	out := &workflow.OutsideNote{To: "市府資訊中心", How: "email", Number: "A-2211", Sent: o.now}
	for _, day := range []string{"2026-11-25", "2026-11-27"} { // asked again, another day is agreed on
		out.ExpectedDate = day
		o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: out})
		if got := stands(ismskit.OutsideAwaited, true); got.ExpectedDate != day || !got.Sent.Equal(o.now) || got.Office["zh-TW"] != out.To {
			t.Errorf("sent with %s, it stands %+v", day, got)
		}
	}
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{ReplyNumber: "B-1", Reply: "已建立信箱", Replied: o.now}})
	stands(ismskit.OutsideAnswered, false)
	for _, t := range o.todo("P05") {
		if t.Standing != nil {
			o.t.Errorf("a row inside stands %+v", t.Standing)
		}
	}
}

// What may be recorded of a row follows what was asked for: a removal opens nothing.
func TestARemovalCannotOpenAPermission(t *testing.T) {
	o := openOffice(t, nil)
	for op, want := range map[string]string{"add": "opened", "change": "changed", "disable": "disabled", "delete": "disabled"} {
		values := oneRow()
		values["op"] = op
		if op != "add" {
			values["lines"].([]forms.Row)[0]["account"] = "qh150013"
		}
		sent := o.apply("P13", values)
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P05")[0].Case
		for _, offer := range o.read("P05", row).Mine[0].Offers {
			if offer.Verb == workflow.VerbRecord && (len(offer.Results) != 1 || offer.Results[0].Key != want) {
				t.Errorf("%s offers %+v", op, offer.Results)
			}
		}
		if want != "opened" {
			o.refused(workflow.ErrResult, "P05", row, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
		}
		// The list does not know the account that is to end, so he says what he closed.
		o.act("P05", row, ismskit.Action{Verb: workflow.VerbRecord, Result: want, Values: forms.Values{"result_note": "已於系統內停用"}})
	}
}

// What proved the answer of one office proves nothing of the next one's: where the first sent it back
// and it goes on to another, a result needs proof of its own.
func TestProofOfOneOfficeDoesNotProveTheNext(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		row := o.outsideRow()
		sentBack, done := o.upload("P06", "資訊中心退件.txt"), o.upload("P06", "廠商回復.txt")
		goesTo := func(office string) {
			o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: office, How: "電話", Number: "A-1", Sent: o.now}})
		}
		goesTo("市府資訊中心")
		o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Values: forms.Values{"proof": []forms.File{sentBack}}, Outside: &workflow.OutsideNote{Reply: "非本中心權責，退件", Replied: o.now}})
		goesTo("郵件廠商")
		record := ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh-mail"}, Outside: &workflow.OutsideNote{Replied: o.now}}
		_, err := o.kit.Act(o.ctx, o.as("P06"), row, record)
		if invalid, _ := errors.AsType[forms.Invalid](err); len(invalid) != 1 || invalid[0].Field != "proof" {
			t.Fatalf("proved by the office that sent it back: %v", err)
		}
		record.Values["proof"] = []forms.File{sentBack, done}
		o.act("P06", row, record)
		trail := o.read("P06", row).Trail
		if note := trail[len(trail)-1].Outside; !slices.Equal(note.Proof, []string{"廠商回復.txt"}) {
			t.Errorf("proved by %v", note.Proof)
		}
	})
}

// Where no day is promised a reply is chased once the task is due; what is sent later than that,
// from the day after it is sent.
func TestHeReadsWhenAReplyIsChased(t *testing.T) {
	o := openOffice(t, nil)
	row := o.outsideRow()
	today := func() calendar.Date { return calendar.DateOf(o.now.In(taipei)) }
	task := func() ismskit.MyTask { return o.read("P06", row).Mine[0] }
	if m := task(); m.Chased.String() != m.Task.DueDate || !m.Chased.After(today()) {
		t.Errorf("due %s, chased after %s", m.Task.DueDate, m.Chased)
	}
	o.until(o.now.AddDate(0, 0, 14))
	if m := task(); m.Chased != today() {
		t.Errorf("sent late, on %s, it would be chased after %s", today(), m.Chased)
	}
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話"}})
	sent := today()
	o.until(o.now.AddDate(0, 0, 3))
	if m := task(); m.Chased != sent {
		t.Errorf("sent on %s, it is chased after %s", sent, m.Chased)
	}
}

// A day alone is no answer, with whatever act it comes: what was answered is asked for.
func TestADayAloneIsNoAnswer(t *testing.T) {
	o := openOffice(t, nil)
	row := o.outsideRow()
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-1"}})
	for _, verb := range []workflow.Verb{workflow.VerbAnswer, workflow.VerbUnable} {
		_, err := o.kit.Act(o.ctx, o.as("P06"), row, ismskit.Action{Verb: verb, Comment: "資訊中心不受理", Outside: &workflow.OutsideNote{Replied: o.now}})
		if invalid, _ := errors.AsType[forms.Invalid](err); len(invalid) != 1 || invalid[0].Field != "outside.reply" {
			t.Errorf("%s: %v", verb, err)
		}
	}
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbUnable, Comment: "資訊中心不受理", Outside: &workflow.OutsideNote{Replied: o.now, Reply: "信箱數已達上限"}})
}

// Two windows of the same person: a note of an office outside does not put back what the other window
// has put right meanwhile, nor what was answered there; it is refused with what happened.
func TestANoteOfAnOfficeOutsideDoesNotPutBackAnother(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		row := o.outsideRow()
		note := func(verb workflow.Verb, revision int64, n workflow.OutsideNote) error {
			_, err := o.kit.Act(o.ctx, o.as("P06"), row, ismskit.Action{Verb: verb, Revision: revision, Outside: &n})
			return err
		}
		before := o.read("P06", row).Revision
		if err := note(workflow.VerbSendOut, before, workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "T-2"}); err != nil {
			t.Fatal(err)
		}
		between := o.read("P06", row).Revision
		if err := note(workflow.VerbSendOut, between, workflow.OutsideNote{To: "市府資訊中心", How: "電子郵件", Number: "資服-115-001"}); err != nil {
			t.Fatal(err)
		}
		for _, stale := range []int64{before, between} {
			err := note(workflow.VerbSendOut, stale, workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "T-2", Text: "補充"})
			if conflict, ok := errors.AsType[*ismskit.Conflict](err); !ok || len(conflict.Since) == 0 {
				t.Errorf("at revision %d: %v", stale, err)
			}
			for _, a := range []ismskit.Action{
				{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Reply: "已建立", Replied: o.now}},
				{Verb: workflow.VerbUnable, Comment: "資訊中心不受理"}, // which signs what was noted
				{Verb: workflow.VerbRecord, Result: "opened"},
				{Verb: workflow.VerbConsult, People: []string{"P05"}, Comment: "請提供意見", Outside: &workflow.OutsideNote{Reply: "容量不足", Replied: o.now}},
			} {
				a.Revision = stale
				if _, err := o.kit.Act(o.ctx, o.as("P06"), row, a); !errors.Is(err, ismskit.ErrConflict) {
					t.Errorf("%s at revision %d: %v", a.Verb, stale, err)
				}
			}
		}
		o.until(o.now.AddDate(0, 0, 1)) // put right a day later, without a word of when it was sent
		sentOn := o.read("P06", row).Mine[0].Task.Outside.Sent
		o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電子郵件", Number: "資服-115-001", Text: "補充"}})
		if n := o.read("P06", row).Mine[0].Task.Outside; !n.Sent.Equal(sentOn) || n.Text != "補充" {
			t.Errorf("sent on %v, on record %+v", sentOn, n)
		}
		o.act("P04", row, ismskit.Action{Verb: workflow.VerbComment, Comment: "請儘速"}) // a remark changes nothing of it
		now := o.read("P06", row)
		if n := now.Mine[0].Task.Outside; n.How != "電子郵件" || n.Number != "資服-115-001" {
			t.Errorf("on record: %+v", n)
		}
		if err := note(workflow.VerbAnswer, now.Revision-1, workflow.OutsideNote{Reply: "已建立", Replied: o.now}); err != nil {
			t.Error(err)
		}
	})
}

// A file in a field that a step hides proves the answer all the same; the note, which all read who
// read the case, calls it by its field, and nobody finds the case by its name.
func TestAHiddenFileIsNotNamedAsProof(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"subject":"subject",
		"number":{"pattern":"M-{roc}-{n:4}"},
		"form":{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[
			{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"},"required":true},
			{"key":"pay","type":"files","label":{"zh-TW":"薪資證明","en":"Pay"}}]},
		"flow":{"key":"memo","version":"1","root":{"sequence":[
	{"step":{"id":"out","name":{"zh-TW":"送外","en":"Out"},"kind":"handle","edit":["pay"],"outside":{"to":{"zh-TW":"市府資訊中心"}},"who":[{"kind":"person","ids":["P11"]}],"due":{"term":"3wd"}}},
	{"step":{"id":"see","name":{"zh-TW":"複核","en":"See"},"kind":"review","hide":["pay"],"who":[{"kind":"person","ids":["P05"]}],"due":{"term":"3wd"}}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	o := openOfficeWith(t, memory.New(), func(c *ismskit.Config) { c.Types = append(c.Types, typ) })
	id := o.memo()
	file, err := o.kit.Files().Upload(o.ctx, o.as("P11"), "王小明薪資.txt", strings.NewReader("done"))
	if err != nil {
		t.Fatal(err)
	}
	out := workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-1"}
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &out})
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbAnswer, Values: forms.Values{"pay": []forms.File{file}}, Outside: &workflow.OutsideNote{Reply: "好", Replied: o.now}})
	out.Text = "補正"
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &out})
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbRecord})
	o.settle()
	c := o.read("P05", id)
	said := 0
	named := func(place string, note *workflow.OutsideNote) {
		if note == nil || note.Replied.IsZero() {
			return
		}
		if said++; !slices.Equal(note.Proof, []string{"薪資證明"}) {
			t.Errorf("%s: proved by %v", place, note.Proof)
		}
	}
	for _, e := range c.Trail {
		named(string(e.Verb), e.Outside)
	}
	for _, x := range c.Flow.Tasks {
		named("task", x.Outside)
	}
	for _, s := range c.Way.Steps {
		named("way", s.Sent)
	}
	if said < 4 {
		t.Errorf("only %d notes tell of proof", said)
	}
	for _, person := range []string{"P05", "P13"} {
		if found := o.finds(person, "王小明薪資"); len(found) > 0 {
			t.Errorf("%s finds it by the name of the file", person)
		}
		if found := o.finds(person, "補正"); !found[id] {
			t.Errorf("%s does not find it at all", person)
		}
	}
}
