package web

import (
	"errors"
	"net/http"
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
	People  []option
	Slots   []deputySlot
	For     []option
	Posted  map[string]string
	Faults  []faultLink
	Wrong   map[string]string
	Today   calendar.Date
}

// deputySlot is one place in the order of deputies.
type deputySlot struct {
	N      int
	Name   string
	People []option
	Wrong  string
}

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
	ismskit.AbsenceNow: "deputies.now", ismskit.AbsenceComing: "deputies.coming", ismskit.AbsenceEnded: "deputies.ended", ismskit.AbsenceStanding: "deputies.standing",
}

var absenceMarks = map[ismskit.AbsenceState]string{ismskit.AbsenceComing: "wait", ismskit.AbsenceEnded: "void", ismskit.AbsenceStanding: "done"}

func (p *Pages) absenceLines(r *http.Request, all []ismskit.AbsenceView) []absenceLine {
	out := make([]absenceLine, 0, len(all))
	for _, a := range all {
		line := absenceLine{
			ID: a.ID, Principal: personOf(a.Principal), Own: a.Principal.Person == p.actor(r).Person, Reason: a.Reason, Scope: a.Scope,
			Standing: a.State == ismskit.AbsenceStanding, From: p.edge(r, a.From, false), To: p.edge(r, a.To, true),
			State:  stateView{Kind: absenceMarks[a.State], Text: p.text(r, absenceTexts[a.State])},
			Acting: a.Acting.Name, SetBy: a.SetBy.Name, SetAt: a.SetAt, MayEnd: a.MayEnd,
			Begun: a.State != ismskit.AbsenceComing, Now: a.State == ismskit.AbsenceNow,
		}
		for _, d := range a.Deputies {
			line.Deputies = append(line.Deputies, personOf(d))
		}
		out = append(out, line)
	}
	return out
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
	p.showDeputies(w, r, http.StatusOK, map[string]string{"from": p.typedDay(r, p.today()), "for": r.URL.Query().Get("for")}, nil)
}

func (p *Pages) showDeputies(w http.ResponseWriter, r *http.Request, status int, posted map[string]string, faults []faultLink) {
	page := deputiesPage{Posted: posted, Faults: faults, Wrong: map[string]string{}, Today: p.today()}
	for _, f := range faults {
		page.Wrong[f.Field] = f.Text
	}
	if err := p.fillDeputies(r, &page); err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderer.Page(w, r, status, "deputies", page)
}

func (p *Pages) fillDeputies(r *http.Request, page *deputiesPage) error {
	actor := p.actor(r)
	mine, err := p.kit.People().Absences(r.Context(), actor, actor.Person)
	if err != nil {
		return err
	}
	all, err := p.kit.People().Absences(r.Context(), actor, "")
	if err != nil {
		return err
	}
	page.Mine = p.absenceLines(r, mine)
	for _, line := range p.absenceLines(r, all) {
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
	if page.People, err = p.everybody(r); err != nil {
		return err
	}
	if page.Manages {
		page.For = chosen(page.People, page.Posted["for"])
	}
	for n := 1; n <= deputySlots; n++ {
		name := "deputy_" + strconv.Itoa(n)
		slot := deputySlot{N: n, Name: name, People: chosen(page.People, page.Posted[name])}
		if n == 1 {
			slot.Wrong = page.Wrong["deputy_1"]
		}
		page.Slots = append(page.Slots, slot)
	}
	return nil
}

// chosen is a list of options with one of them chosen.
func chosen(options []option, value string) []option {
	out := make([]option, len(options))
	for i, o := range options {
		o.Checked = o.Value == value && value != ""
		out[i] = o
	}
	return out
}

func (p *Pages) setDeputies(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	posted := map[string]string{}
	for _, name := range []string{"for", "from", "from_time", "to", "to_time", "reason", "deputy_1", "deputy_2", "deputy_3"} {
		posted[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	absence, faults := p.absenceAsked(r, posted)
	if len(faults) == 0 {
		_, err := p.kit.People().SetAbsence(r.Context(), p.actor(r), absence)
		if invalid, ok := errors.AsType[forms.Invalid](err); ok {
			faults = p.absenceFaults(r, invalid)
		} else if overtaken, again := p.overtaken(r, err, "set"); again {
			p.showDeputies(w, r, http.StatusConflict, posted, overtaken)
			return
		} else if err != nil {
			p.fail(w, r, err)
			return
		}
	}
	if len(faults) > 0 {
		p.showDeputies(w, r, http.StatusUnprocessableEntity, posted, faults)
		return
	}
	p.done(w, r, "/deputies", p.text(r, "deputies.set"))
}

// edgeNeeded asks for the day that is missing.
var edgeNeeded = map[string]string{"from": "deputies.need_from", "to": "deputies.need_to"}

// absenceAsked reads what was typed. A day without a time is the whole day; one
// that is today begins now, for the morning has passed.
func (p *Pages) absenceAsked(r *http.Request, posted map[string]string) (ismskit.Absence, []faultLink) {
	var faults []faultLink
	moment := func(name string) (calendar.Date, time.Time) {
		if posted[name] == "" {
			faults = append(faults, faultLink{Field: name, Text: p.text(r, edgeNeeded[name])})
			return calendar.Date{}, time.Time{}
		}
		if posted[name+"_time"] != "" {
			t, err := calendar.ParseTime(posted[name]+" "+posted[name+"_time"], p.location)
			if err != nil {
				faults = append(faults, faultLink{Field: name, Text: p.text(r, "part.time_wrong")})
			}
			return calendar.Date{}, t
		}
		d, err := calendar.ParseDate(posted[name])
		if err != nil {
			faults = append(faults, faultLink{Field: name, Text: p.text(r, "part.date_wrong")})
			return calendar.Date{}, time.Time{}
		}
		return d, d.Start(p.location)
	}
	a := ismskit.Absence{Principal: posted["for"], Reason: posted["reason"]}
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
	for n := 1; n <= deputySlots; n++ {
		if id := posted["deputy_"+strconv.Itoa(n)]; id != "" {
			a.Deputies = append(a.Deputies, id)
		}
	}
	return a, faults
}

// absenceFields are the fields of the page by those of the list.
var absenceFields = map[string]string{"from": "from", "to": "to", "ordered": "deputy_1", "principal": "for", "reason": "reason"}

func (p *Pages) absenceFaults(r *http.Request, invalid forms.Invalid) []faultLink {
	var out []faultLink
	for _, f := range invalid {
		field := absenceFields[f.Field]
		if field == "" {
			field = "from"
		}
		out = append(out, faultLink{Field: field, Text: f.Message(p.lang(r))})
	}
	return out
}

func (p *Pages) endDeputies(w http.ResponseWriter, r *http.Request) {
	if err := p.kit.People().EndAbsence(r.Context(), p.actor(r), r.PathValue("id")); err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/deputies", p.text(r, "deputies.stopped"))
}
