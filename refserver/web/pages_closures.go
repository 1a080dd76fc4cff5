package web

import (
	"net/http"
	"net/url"
	"time"

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
