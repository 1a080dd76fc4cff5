package web_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// bySystem are the verbs that nobody is offered: what follows by itself from the time, from
// other cases, and from changes of the calendar and of posts.
var bySystem = []workflow.Verb{workflow.VerbPassOn, workflow.VerbLapse, workflow.VerbSeatAgain, workflow.VerbChildrenOpened, workflow.VerbJoin, workflow.VerbRedate, workflow.VerbPaperVoid, workflow.VerbPaperEntered}

func (d deed) value() string {
	if d.press != "" {
		return d.press
	}
	return string(d.verb)
}

// sent is what the form sends.
func (d deed) sent(f webtest.Form) []string {
	fields := slices.Clone(d.fields)
	if d.named != "" {
		fields = append(fields, "*-"+string(d.verb)+".0.find", d.named)
	}
	if d.why != "" {
		name := "comment." + string(d.verb)
		if !f.Has(name) {
			name = "comment"
		}
		fields = append(fields, name, d.why)
	}
	return f.With(fields...)
}

// send sends it, with the file where there is one.
func (d deed) send(who *webtest.Caller, f webtest.Form) webtest.Reply {
	if d.file == "" {
		return who.Post(f.Action, d.sent(f)...)
	}
	return who.SendAs(f.Action, d.file, "回函.txt", "已設定完成", d.sent(f)...)
}

// where is the page on which the verb has its form.
func (d deed) where(path string) string {
	if d.verb == workflow.VerbSubmit {
		return path + "/edit"
	}
	return path
}

// Each verb is given by its own form, from where its turn is and by who has it: the form
// says it in the words of the step, and so does the record. Who reads the case without a
// part in it is offered no form, and does nothing if he sends one all the same; who may not
// read it learns no more than of a case that is not there.
func TestEveryVerbIsGivenByItsForm(t *testing.T) {
	given := map[workflow.Verb]bool{}
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		t.Run(name, func(t *testing.T) {
			h := openVersatile(t)
			path := sendVersatile(t, h)
			for _, d := range stories[name] {
				given[d.verb] = true
				d.do(t, h, path)
			}
		})
	}
	for _, verb := range bySystem {
		given[verb] = true
	}
	for _, verb := range workflow.Verbs() {
		if !given[verb] {
			t.Errorf("%s is given by no form", verb)
		}
	}
}

// What follows by itself is offered to nobody, and done by nobody who asks for it.
func TestWhatFollowsByItselfIsOfferedToNobody(t *testing.T) {
	h := openVersatile(t)
	path := sendVersatile(t, h)
	for _, verb := range append(slices.Clone(bySystem), "no_such_verb") {
		for _, person := range []string{clerk, head, officer, reader, stranger} {
			who, before := h.As(t, person), len(h.Trail(t, path))
			refused := http.StatusNotFound // to whom the case is not there
			if page := who.Get(path); person != stranger {
				refused = http.StatusForbidden
				if _, offered := page.Says(t, http.StatusOK).Form(t, string(verb)); offered {
					t.Errorf("%s is offered to %s", verb, person)
				}
			}
			who.Post(path+"/act", "do", string(verb), "task", "t1", "comment", "自行送出").Says(t, refused)
			if after := len(h.Trail(t, path)); after != before {
				t.Errorf("%s by %s left an entry", verb, person)
			}
		}
	}
}

func openVersatile(t *testing.T) *webtest.House {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(versatile))
	if err != nil {
		t.Fatal(err)
	}
	_, verifier := webtest.Issuer(t)
	return webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Certificates, c.Types = verifier, append(c.Types, typ) })
}

// sendVersatile is a memo that was kept as a draft, and then sent.
func sendVersatile(t *testing.T, h *webtest.House) (path string) {
	t.Helper()
	who := h.As(t, clerk)
	press := func(page webtest.Reply, do string) webtest.Reply {
		t.Helper()
		form, there := page.Form(t, do)
		if !there {
			t.Fatalf("%s has no button %s", page.At(), do)
		}
		return who.Post(form.Action, form.With("subject", "採購弱點掃描服務")...).Says(t, http.StatusOK)
	}
	draft := press(who.Get("/apply/way"), "save")
	path = strings.TrimSuffix(draft.At(), "/edit")
	h.As(t, reader).Get(path).Says(t, http.StatusNotFound)
	press(who.Get(path+"/edit").Says(t, http.StatusOK, "採購弱點掃描服務"), "submit")
	h.Settle(t)
	if trail := h.Trail(t, path); len(trail) != 1 || trail[0].Verb != workflow.VerbSubmit {
		t.Fatalf("on the record: %v", trail)
	}
	return path
}

// do does it, after all those who may not have tried.
func (d deed) do(t *testing.T, h *webtest.House, path string) {
	t.Helper()
	who := h.As(t, d.by)
	page := who.Get(d.where(path)).Says(t, http.StatusOK)
	form, there := page.Form(t, d.value())
	if !there {
		t.Fatalf("%s is not offered to %s", d.verb, d.by)
	}
	if form.Button != d.button {
		t.Errorf("the button of %s says %q, not %q", d.verb, form.Button, d.button)
	}
	before := h.Trail(t, path)
	unchanged := func(by string) {
		t.Helper()
		if after := h.Trail(t, path); len(after) != len(before) {
			t.Errorf("%s: %s left an entry", d.verb, by)
		}
	}
	// Whose page it is stands in the form; whoever sends it as another's builds it himself.
	forged := form.Without("writer")
	for _, other := range d.barred() {
		him := h.As(t, other)
		if _, offered := him.Get(d.where(path)).Form(t, d.value()); offered {
			t.Errorf("%s is offered to %s", d.verb, other)
		}
		got := him.Post(form.Action, d.sent(forged)...).StatusCode
		if none := d.verb == workflow.VerbRead && got == http.StatusConflict; got != http.StatusForbidden && got != http.StatusNotFound && !none { // no copy of his
			t.Errorf("%s sends %s: %d", other, d.verb, got)
		}
		unchanged(other)
	}
	him := h.As(t, stranger)
	got := him.Post(form.Action, d.sent(forged)...).Says(t, http.StatusNotFound)
	nowhere := him.Post(strings.Replace(form.Action, strings.TrimPrefix(path, "/cases/"), "019abc00-0000-7000-8000-000000000000", 1), d.sent(forged)...)
	if got.Text != nowhere.Text {
		t.Errorf("a stranger who sends %s learns that the case is there", d.verb)
	}
	unchanged(stranger)
	if workflow.NeedsReason(d.verb) {
		bare := d
		bare.why = ""
		who.Post(form.Action, bare.sent(form)...).Says(t, http.StatusUnprocessableEntity, "請填寫")
		unchanged("who gave no reason")
	}

	d.send(who, form).Says(t, http.StatusOK)
	h.Settle(t)
	after := h.Trail(t, path)[len(before):]
	at := slices.IndexFunc(after, func(e ismskit.Entry) bool { return e.Verb == d.verb })
	if at < 0 || after[at].By.Person != d.by && (after[at].For == nil || after[at].For.Person != d.by) {
		t.Fatalf("%s by %s left %v", d.verb, d.by, after)
	}
	if after[at].Comment != d.why && d.press == "" {
		t.Errorf("%s: the record says why: %q", d.verb, after[at].Comment)
	}
	if shown := decisions(h.As(t, reader).Get(path).Says(t, http.StatusOK)); len(shown) <= len(before)+at || shown[len(before)+at] != d.entry {
		t.Errorf("the record shows %s as %q, want %q last", d.verb, shown, d.entry)
	}
}

// barred are those who read the case and may not do this.
func (d deed) barred() []string {
	switch d.verb {
	case workflow.VerbComment: // whoever reads it may
		return nil
	case workflow.VerbCopy: // the applicant may too
		return []string{reader}
	}
	if d.by == clerk {
		return []string{reader}
	}
	return []string{reader, clerk}
}

var decision = regexp.MustCompile(`<td role="cell" data-label="決定">([^<]*)`)

// decisions are what the record of a page says was done, one after the other.
func decisions(page webtest.Reply) (out []string) {
	for _, m := range decision.FindAllStringSubmatch(page.Text, -1) {
		out = append(out, m[1])
	}
	return out
}

// What a sheet by which somebody hands over left is tried again beside where it says so.
func TestWhatASheetLeftIsTriedAgainByItsForm(t *testing.T) {
	h := webtest.OpenHouse(t)
	path, mend := h.LeftOnSheet(t)
	mend()
	deed{by: "P08", verb: ismskit.VerbHandAgain, button: "再次移交", entry: "再次移交"}.do(t, h, path)
	h.As(t, "P08").Get(path).Says(t, http.StatusOK).Not(t, ">再次移交</button>")
}

// A day on which the office is closed, entered by its own form, moves deadlines; the record of
// each case says so.
func TestAMovedDeadlineStandsOnTheRecord(t *testing.T) {
	h := openVersatile(t)
	path := sendVersatile(t, h)
	keeper := h.As(t, "P07")
	form, _ := keeper.Get("/closures").Form(t, "preview")
	shown := keeper.Post(form.Action, form.With("from", "115.11.24", "reason", "鳳凰颱風")...).Says(t, http.StatusOK)
	form, there := shown.Form(t, "enter")
	if !there {
		t.Fatal("what was shown can't be entered")
	}
	keeper.Post(form.Action, form.With()...).Says(t, http.StatusOK, "已登錄")
	h.Settle(t)
	if got := decisions(h.As(t, reader).Get(path)); !slices.Equal(got, []string{"送出申請", "調整期限"}) {
		t.Errorf("on the record: %q", got)
	}
}
