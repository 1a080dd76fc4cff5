package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// registerClosures puts the pages of 停止上班與停機 on a mux: what is closed or stood, and in
// two steps what somebody enters or takes back, with what it moves.
func (p *Pages) registerClosures(mux *http.ServeMux) {
	mux.HandleFunc("GET /closures", p.closures)
	mux.HandleFunc("POST /closures", p.enterClosures)
	mux.HandleFunc("GET /closures/withdraw", p.previewWithdrawal)
	mux.HandleFunc("POST /closures/withdraw", p.withdrawClosure)
	mux.HandleFunc("POST /closures/calendar", p.loadCalendar)
}

// closuresPage is the model of closures.html.
type closuresPage struct {
	May      bool
	Holds    string // what the office's calendar holds
	Wanted   string // which year is missing, "" for none
	Kinds    []option
	Parts    []option
	Agencies []option
	Rows     []closureLine
	Posted   map[string]string
	Faults   []faultLink
	Wrong    map[string]string
}

type closureLine struct {
	ID                 string
	Day                calendar.Date
	Kind, Part, Place  string
	Reason, Agency     string
	Announced, Entered time.Time
	By                 string
	State              stateView
	WithdrawnAt        time.Time
	WithdrawnBy, Why   string
	Withdraw           string // address, "" where it can't be taken back
}

// closurePage is the model of closures_check.html: the second step.
type closurePage struct {
	Withdraws bool
	Action    string
	Button    string
	Lines     []closureLine // what is entered, or taken back
	Hidden    []option
	Moves     ismskit.Moves
	Moved     []moveLine
	More      int
	Posted    map[string]string
	Faults    []faultLink
	Wrong     map[string]string
}

// moveLine is a deadline that moves.
type moveLine struct {
	Case                           string // address, "" where the reader may not open it
	Number, Subject, Step, Holders string
	From, To                       calendar.Date
}

func (p *Pages) moveLines(r *http.Request, m ismskit.Moves) []moveLine {
	var out []moveLine
	for _, l := range m.Lines {
		line := moveLine{Number: ismskit.NumberIn(p.lang(r), l.Number, l.RowNo), Subject: l.Subject, Step: p.in(r, l.Step), Holders: strings.Join(l.Holders, p.text(r, "word.list")), From: l.From, To: l.To}
		if line.Number == "" {
			line.Number = p.in(r, l.Title)
		}
		if l.Case != "" {
			line.Case = "/cases/" + l.Case
		}
		out = append(out, line)
	}
	return out
}

var (
	partTexts = map[calendar.Part]string{calendar.WholeDay: "closures.day", calendar.Morning: "closures.morning", calendar.Afternoon: "closures.afternoon"}
	partOrder = []calendar.Part{calendar.WholeDay, calendar.Morning, calendar.Afternoon}
)

// closureWords are what the pages say of a kind of closure: what it is called, and what
// the buttons say that enter and withdraw it.
type closureWords struct{ Kind, Enter, Withdraw string }

func (p *Pages) closureWords(r *http.Request, outage bool) closureWords {
	if outage {
		return closureWords{p.text(r, "closures.kind_outage"), p.text(r, "closures.enter_outage"), p.text(r, "closures.withdraw_outage")}
	}
	return closureWords{p.text(r, "closures.kind_closed"), p.text(r, "closures.enter_closed"), p.text(r, "closures.withdraw_closed")}
}

// closureFields are the names of the form.
var closureFields = []string{"kind", "from", "to", "part", "agency", "place", "reason", "announced", "announced_time"}

func (p *Pages) closures(w http.ResponseWriter, r *http.Request) {
	p.showClosures(w, r, http.StatusOK, p.closuresToday(r), nil)
}

// closuresToday is what the form begins with.
func (p *Pages) closuresToday(r *http.Request) map[string]string {
	now := p.now().In(p.location)
	return map[string]string{"announced": p.typedDay(r, calendar.DateOf(now)), "announced_time": now.Format("15:04")}
}

func (p *Pages) showClosures(w http.ResponseWriter, r *http.Request, status int, posted map[string]string, faults []faultLink) {
	page := closuresPage{Posted: posted, Faults: faults, Wrong: wrongs(faults)}
	all, err := p.kit.Closures().List(r.Context(), p.actor(r))
	if err == nil {
		page.May, err = p.kit.Closures().May(r.Context(), p.actor(r))
	}
	if err == nil {
		page.Holds, page.Wanted, err = p.calendarWords(r)
	}
	if err == nil && page.May {
		page.Agencies, err = p.agencies(r, posted["agency"])
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for _, outage := range []bool{false, true} {
		kind := ismskit.ClosureKind(outage)
		page.Kinds = append(page.Kinds, option{Value: kind, Label: p.closureWords(r, outage).Kind, Checked: kind == posted["kind"]})
	}
	for _, part := range partOrder {
		page.Parts = append(page.Parts, option{Value: string(part), Label: p.text(r, partTexts[part]), Checked: string(part) == posted["part"]})
	}
	for _, d := range all {
		line := p.closureLine(r, d)
		if page.May && !d.Withdrawn {
			line.Withdraw = "/closures/withdraw?id=" + url.QueryEscape(d.ID)
		}
		page.Rows = append(page.Rows, line)
	}
	p.renderer.Page(w, r, status, "closures", page)
}

func wrongs(faults []faultLink) map[string]string {
	out := map[string]string{}
	for _, f := range faults {
		out[f.Field] = f.Text
	}
	return out
}

func (p *Pages) closureLine(r *http.Request, d ismskit.ClosedDay) closureLine {
	line := closureLine{
		ID: d.ID, Day: d.Date, Kind: p.closureWords(r, d.Outage).Kind, Part: p.text(r, partTexts[d.Part]), Place: d.Place, Reason: d.Reason, Agency: d.AgencyName,
		Announced: d.Announced, Entered: d.Entered, By: d.By, WithdrawnAt: d.WithdrawnAt, WithdrawnBy: d.WithdrawnBy, Why: d.Why,
	}
	line.State = stateView{Text: p.text(r, "closures.holds")}
	if d.Withdrawn {
		line.State = stateView{Kind: "void", Text: p.text(r, "closures.withdrawn")}
	}
	if line.Agency == "" {
		line.Agency = p.text(r, "closures.everybody")
	}
	return line
}

// agencies are the units that may be closed by themselves.
func (p *Pages) agencies(r *http.Request, chosen string) ([]option, error) {
	units, err := p.kit.Closures().Agencies(r.Context(), p.actor(r))
	var out []option
	for _, u := range units {
		out = append(out, option{Value: u.ID, Label: u.Name, Checked: u.ID == chosen})
	}
	return out, err
}

func (p *Pages) enterClosures(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	posted := map[string]string{}
	for _, name := range closureFields {
		posted[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	days, faults := p.closedDays(r, posted)
	do := r.PostForm.Get("do")
	if do == "change" {
		p.showClosures(w, r, http.StatusOK, posted, nil)
		return
	}
	if len(faults) > 0 {
		p.showClosures(w, r, http.StatusUnprocessableEntity, posted, faults)
		return
	}
	status := http.StatusOK
	if do == "enter" {
		err := p.kit.Closures().Enter(r.Context(), p.actor(r), days, seenState(r))
		switch {
		case err == nil:
			p.done(w, r, "/closures", p.text(r, "closures.entered"))
			return
		case errors.Is(err, ismskit.ErrConflict):
			status, faults = http.StatusConflict, []faultLink{{Field: "moves", Text: p.text(r, "closures.changed")}}
		default:
			p.closuresRefused(w, r, posted, err)
			return
		}
	}
	moves, err := p.kit.Closures().Preview(r.Context(), p.actor(r), days)
	if err != nil {
		p.closuresRefused(w, r, posted, err)
		return
	}
	words := p.closureWords(r, days.Outage)
	page := closurePage{Action: "/closures", Button: words.Enter, Moves: moves, Moved: p.moveLines(r, moves), More: moves.Deadlines - len(moves.Lines), Faults: faults, Posted: posted, Wrong: map[string]string{}}
	for _, name := range closureFields {
		page.Hidden = append(page.Hidden, option{Value: posted[name], Label: name})
	}
	agency, err := p.agencyName(r, days.Agency)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for day := days.From; ; day = day.AddDays(1) {
		page.Lines = append(page.Lines, closureLine{Day: day, Kind: words.Kind, Part: p.text(r, partTexts[days.Part]), Place: days.Place, Reason: days.Reason, Agency: agency})
		if !day.Before(days.To) {
			break
		}
	}
	p.renderer.Page(w, r, status, "closures_check", page)
}

func (p *Pages) agencyName(r *http.Request, id string) (string, error) {
	if id == "" {
		return p.text(r, "closures.everybody"), nil
	}
	all, err := p.agencies(r, id)
	for _, o := range all {
		if o.Checked {
			return o.Label, err
		}
	}
	return id, err
}

func (p *Pages) closuresRefused(w http.ResponseWriter, r *http.Request, posted map[string]string, err error) {
	invalid, ok := errors.AsType[forms.Invalid](err)
	if !ok {
		p.fail(w, r, err)
		return
	}
	var faults []faultLink
	for _, f := range invalid {
		faults = append(faults, faultLink{Field: f.Field, Text: f.Message(p.lang(r))})
	}
	p.showClosures(w, r, http.StatusUnprocessableEntity, posted, faults)
}

// closedDays reads what was typed.
func (p *Pages) closedDays(r *http.Request, posted map[string]string) (ismskit.ClosedDays, []faultLink) {
	var faults []faultLink
	day := func(name string) calendar.Date {
		if posted[name] == "" {
			return calendar.Date{}
		}
		d, err := calendar.ParseDate(posted[name])
		if err != nil {
			faults = append(faults, p.unread(r, name, "closures."+name, err))
		}
		return d
	}
	d := ismskit.ClosedDays{
		From: day("from"), To: day("to"), Outage: posted["kind"] == ismskit.KindOutage, Part: calendar.Part(posted["part"]), Agency: posted["agency"], Place: posted["place"], Reason: posted["reason"],
	}
	if kind := posted["kind"]; kind != "" && kind != ismskit.KindClosed && kind != ismskit.KindOutage {
		faults = append(faults, faultLink{Field: "kind", Text: p.text(r, "closures.kind_wrong")})
	}
	if at := strings.TrimSpace(posted["announced"] + " " + posted["announced_time"]); at != "" {
		t, err := calendar.ParseTime(at, p.location)
		if err != nil {
			faults = append(faults, p.unread(r, "announced", "closures.announced", err))
		}
		d.Announced = t
	}
	return d, faults
}

// seenState is the state of the calendar that the preview was of; what is none is none
// that can be in force.
func seenState(r *http.Request) int {
	n, err := strconv.Atoi(r.PostForm.Get("seen"))
	if err != nil {
		return -1
	}
	return n
}

func (p *Pages) previewWithdrawal(w http.ResponseWriter, r *http.Request) {
	p.showWithdrawal(w, r, http.StatusOK, r.URL.Query().Get("id"), "", nil)
}

func (p *Pages) showWithdrawal(w http.ResponseWriter, r *http.Request, status int, id, why string, faults []faultLink) {
	day, moves, err := p.kit.Closures().PreviewWithdrawal(r.Context(), p.actor(r), id)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderer.Page(w, r, status, "closures_check", closurePage{
		Withdraws: true, Action: "/closures/withdraw", Button: p.closureWords(r, day.Outage).Withdraw, Lines: []closureLine{p.closureLine(r, day)}, Hidden: []option{{Value: id, Label: "id"}},
		Moves: moves, Moved: p.moveLines(r, moves), More: moves.Deadlines - len(moves.Lines), Posted: map[string]string{"why": why}, Faults: faults, Wrong: wrongs(faults),
	})
}

func (p *Pages) withdrawClosure(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	id, why := r.PostForm.Get("id"), r.PostForm.Get("why")
	err := p.kit.Closures().Withdraw(r.Context(), p.actor(r), id, why, seenState(r))
	invalid, wrong := errors.AsType[forms.Invalid](err)
	switch {
	case err == nil:
		p.done(w, r, "/closures", p.text(r, "closures.taken_back"))
	case wrong:
		p.showWithdrawal(w, r, http.StatusUnprocessableEntity, id, why, []faultLink{{Field: "why", Text: invalid[0].Message(p.lang(r))}})
	case errors.Is(err, ismskit.ErrConflict):
		p.showWithdrawal(w, r, http.StatusConflict, id, why, []faultLink{{Field: "moves", Text: p.text(r, "closures.changed")}})
	default:
		p.fail(w, r, err)
	}
}
