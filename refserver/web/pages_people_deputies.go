package web

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// deputySlots is how many deputies one can name in order.
const deputySlots = 3

// deputiesPage is the model of deputies.html.
type deputiesPage struct {
	Mine    []absenceLine // the reader's own, and where he is named
	Now     []absenceLine // who acts for whom in the house today
	All     []absenceLine // for those who look after people
	Manages bool
	Slots   []*fieldView
	Scope   []scopeChoice // to what part the deputies are confined
	For     *fieldView
	Posted  map[string]string
	Faults  []faultLink
	Wrong   map[string]string
	Today   calendar.Date
	Long    bool // the absence asked for lasts more than a year, and is to be confirmed
}

// Asked is what a confirmation holds for: this period, not one typed since.
func (page deputiesPage) Asked() string {
	return page.Posted["from"] + " " + page.Posted["to"]
}

// deputiesAsked is what was typed into the page.
type deputiesAsked struct {
	texts  map[string]string
	people forms.Posted
	pick   map[string][]option // where a name fits several
	long   bool
}

// slotName is the field for one place in the order of deputies.
func slotName(n int) string { return "deputy_" + strconv.Itoa(n) }

// absenceLine is an entry of the list of deputies.
type absenceLine struct {
	ID                 string
	Principal          personLine
	Own                bool // the reader's own absence
	Deputies           []personLine
	From, To           string
	Reason, Scope      string
	Standing           bool
	State              stateView
	Acting             string
	SetBy              string
	SetAt              time.Time
	MayEnd, Begun, Now bool
}

var absenceTexts = map[ismskit.AbsenceState]string{
	ismskit.AbsenceNow: "deputies.now", ismskit.AbsenceComing: "deputies.coming", ismskit.AbsenceEnded: "deputies.ended", ismskit.AbsenceCancelled: "deputies.cancelled", ismskit.AbsenceStanding: "deputies.standing",
}

var absenceMarks = map[ismskit.AbsenceState]string{ismskit.AbsenceComing: "wait", ismskit.AbsenceEnded: "void", ismskit.AbsenceCancelled: "void", ismskit.AbsenceStanding: "done"}

func (p *Pages) absenceLines(r *http.Request, all []ismskit.AbsenceView) ([]absenceLine, error) {
	limits := make([][]ismskit.DeputyLimit, len(all))
	for i, a := range all {
		limits[i] = a.Limits
	}
	words, err := p.scopesOf(r, limits...)
	if err != nil {
		return nil, err
	}
	out := make([]absenceLine, 0, len(all))
	for _, a := range all {
		line := absenceLine{
			ID: a.ID, Principal: p.personOf(r, a.Principal), Own: a.Principal.Person == p.actor(r).Person, Reason: a.Reason, Scope: a.Scope,
			Standing: a.State == ismskit.AbsenceStanding, From: p.edge(r, a.From, false), To: p.edge(r, a.To, true),
			State:  stateView{Kind: absenceMarks[a.State], Text: p.text(r, absenceTexts[a.State])},
			Acting: a.Acting.Name, SetBy: a.SetBy.Name, SetAt: a.SetAt, MayEnd: a.MayEnd,
			Begun: a.State != ismskit.AbsenceComing, Now: a.State == ismskit.AbsenceNow,
		}
		if line.Scope == "" {
			line.Scope = p.inWords(r, words, a.Limits)
		}
		for _, d := range a.Deputies {
			line.Deputies = append(line.Deputies, p.personOf(r, d))
		}
		out = append(out, line)
	}
	return out, nil
}

// edge is the beginning or the end of an absence: whole days without the time.
func (p *Pages) edge(r *http.Request, t time.Time, end bool) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(p.location)
	day := calendar.DateOf(local)
	whole := local.Equal(day.Start(p.location))
	if end && whole {
		day = day.AddDays(-1)
	}
	if whole {
		return p.dayWeek(r, day)
	}
	return p.dayWeek(r, day) + " " + local.Format("15:04")
}

func (p *Pages) deputies(w http.ResponseWriter, r *http.Request) {
	asked := p.deputiesBlank(r)
	if err := p.knownPerson(r, asked.people, "for"); err != nil {
		p.fail(w, r, err)
		return
	}
	p.showDeputies(w, r, http.StatusOK, asked, nil)
}

// deputiesBlank is the form before anything is typed: from today, for whom the address says.
func (p *Pages) deputiesBlank(r *http.Request) deputiesAsked {
	return deputiesAsked{texts: map[string]string{"from": p.typedDay(r, p.today())}, people: forms.Posted{"for": {r.URL.Query().Get("for")}}}
}

func (p *Pages) showDeputies(w http.ResponseWriter, r *http.Request, status int, asked deputiesAsked, faults []faultLink) {
	page := deputiesPage{Posted: asked.texts, Faults: faults, Wrong: map[string]string{}, Today: p.today(), Long: asked.long}
	for _, f := range faults {
		page.Wrong[f.Field] = f.Text
	}
	if err := p.fillDeputies(r, asked, &page); err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderer.Page(w, r, status, "deputies", page)
}

func (p *Pages) fillDeputies(r *http.Request, asked deputiesAsked, page *deputiesPage) error {
	actor := p.actor(r)
	mine, err := p.kit.People().Absences(r.Context(), actor, actor.Person)
	if err != nil {
		return err
	}
	all, err := p.kit.People().Absences(r.Context(), actor, "")
	if err != nil {
		return err
	}
	if page.Mine, err = p.absenceLines(r, mine); err != nil {
		return err
	}
	if page.Scope, err = p.scopeChoices(r, asked.texts); err != nil {
		return err
	}
	lines, err := p.absenceLines(r, all)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if line.Now {
			page.Now = append(page.Now, line)
		}
		page.All = append(page.All, line)
	}
	if page.Manages, err = p.kit.People().MayManage(r.Context(), actor); err != nil {
		return err
	}
	if !page.Manages {
		page.All = nil
	}
	if page.Manages {
		page.For = p.personField(r, asked.people, onePerson{name: "for", label: p.text(r, "deputies.for"), help: p.text(r, "deputies.for_hint"), wrong: page.Wrong["for"], pick: asked.pick})
	}
	for n := 1; n <= deputySlots; n++ {
		slot := onePerson{name: slotName(n), label: p.text(r, "deputies.slot", "No", n), wrong: page.Wrong[slotName(n)], pick: asked.pick}
		if n == 1 {
			slot.help = p.text(r, "deputies.slot_hint")
		}
		page.Slots = append(page.Slots, p.personField(r, asked.people, slot))
	}
	return nil
}

func (p *Pages) setDeputies(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	asked := deputiesAsked{texts: map[string]string{}, people: maps.Clone(forms.Posted(r.PostForm)), pick: map[string][]option{}}
	for _, name := range []string{"from", "from_time", "to", "to_time", "reason", "long", "scope_module", "scope_form", "scope_system", "scope_not"} {
		asked.texts[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	absence := p.absenceAsked(asked.texts)
	absence.Limits = scopeAsked(r)
	absence.Long = asked.texts["long"] == deputiesPage{Posted: asked.texts}.Asked()
	err := p.absentPeople(r, asked, &absence)
	if err == nil {
		_, err = p.kit.People().SetAbsence(r.Context(), p.actor(r), absence)
	}
	invalid, wrong := errors.AsType[forms.Invalid](err)
	overtaken, again := p.overtaken(r, err, "set")
	switch {
	case err == nil:
		p.done(w, r, "/deputies", p.text(r, "deputies.set"))
	case wrong:
		asked.long = absence.Long || slices.ContainsFunc(invalid, func(f forms.Fault) bool { return f.Code == "absence.long" })
		p.showDeputies(w, r, http.StatusUnprocessableEntity, asked, p.absenceFaults(r, invalid))
	case again:
		p.showDeputies(w, r, http.StatusConflict, asked, overtaken)
	default:
		p.fail(w, r, err)
	}
}

// absentPeople reads for whom it is set, and who the deputies are, in order.
func (p *Pages) absentPeople(r *http.Request, asked deputiesAsked, a *ismskit.Absence) error {
	read := func(name, field, part string, label forms.Text) (string, error) {
		id, fault, err := p.personPicked(r, asked.people, name, asked.pick)
		if fault != nil {
			fault.Field, fault.Part, fault.Text = field, part, p.atField(label, fault.Text)
			a.Unread = append(a.Unread, *fault)
			id = ""
		}
		return id, err
	}
	var err error
	if a.Principal, err = read("for", "principal", "", p.everyLang("deputies.for")); err != nil {
		return err
	}
	for n := 1; n <= deputySlots; n++ {
		id, err := read(slotName(n), "ordered", strconv.Itoa(n), p.everyLang("deputies.slot", "No", n))
		if err != nil {
			return err
		}
		a.Deputies = append(a.Deputies, id)
	}
	return nil
}

// edgeNeeded asks for the day that is missing.
var edgeNeeded = map[string]string{"from": "deputies.need_from", "to": "deputies.need_to"}

// absenceAsked reads what was typed. A day without a time is the whole day; one
// that is today begins now, for the morning has passed.
func (p *Pages) absenceAsked(posted map[string]string) ismskit.Absence {
	a := ismskit.Absence{Reason: posted["reason"]}
	moment := func(name string) (calendar.Date, time.Time) {
		if posted[name] == "" {
			a.Unread = append(a.Unread, forms.Fault{Field: name, Code: "required", Text: p.everyLang(edgeNeeded[name])})
			return calendar.Date{}, time.Time{}
		}
		if posted[name+"_time"] != "" {
			t, wrong := p.dayAndTime(name, "deputies."+name, "deputies."+name+"_time", posted)
			a.Unread = append(a.Unread, wrong...)
			return calendar.Date{}, t
		}
		d, err := calendar.ParseDate(posted[name])
		if err != nil {
			a.Unread = append(a.Unread, forms.Unread(name, p.everyLang("deputies."+name), err))
			return calendar.Date{}, time.Time{}
		}
		return d, d.Start(p.location)
	}
	day, from := moment("from")
	if day == p.today() {
		from = p.now()
	}
	a.From = from
	if day, to := moment("to"); !day.IsZero() {
		a.To = day.AddDays(1).Start(p.location)
	} else {
		a.To = to
	}
	return a
}

// absenceFields are the fields of the page by those of the list.
var absenceFields = map[string]string{"from": "from", "to": "to", "ordered": "deputy_1", "principal": "for", "reason": "reason", "limits": "scope_module"}

// deputiesOrder is the order of the fields on the page.
var deputiesOrder = []string{"for", "from", "from_time", "to", "to_time", "deputy_1", "deputy_2", "deputy_3", "scope_module", "reason"}

func (p *Pages) absenceFaults(r *http.Request, invalid forms.Invalid) []faultLink {
	var out []faultLink
	for _, f := range invalid {
		field := absenceFields[f.Field]
		if field == "" {
			field = "from"
		}
		if f.Field == "ordered" && f.Part != "" {
			field = "deputy_" + f.Part
		} else if f.Part != "" {
			field += "_" + f.Part
		}
		out = append(out, faultLink{Field: field, Text: f.Message(p.lang(r))})
	}
	place := func(f faultLink) int { return slices.Index(deputiesOrder, f.Field) }
	slices.SortStableFunc(out, func(a, b faultLink) int { return cmp.Compare(place(a), place(b)) })
	return out
}

func (p *Pages) endDeputies(w http.ResponseWriter, r *http.Request) {
	state, err := p.kit.People().EndAbsence(r.Context(), p.actor(r), r.PathValue("id"))
	if errors.Is(err, ismskit.ErrConflict) {
		list := "mine"
		if all, err := p.kit.People().MayManage(r.Context(), p.actor(r)); err != nil {
			p.fail(w, r, err)
			return
		} else if all {
			list = "all"
		}
		p.showDeputies(w, r, http.StatusConflict, p.deputiesBlank(r), []faultLink{{Field: list, Text: p.text(r, "deputies.overtaken")}})
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	said := "deputies.stopped"
	if state == ismskit.AbsenceCancelled {
		said = "deputies.taken_back"
	}
	p.done(w, r, "/deputies", p.text(r, said))
}
