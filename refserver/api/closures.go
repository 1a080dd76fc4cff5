package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Closure is a day or half a day on which offices are closed, or their systems stand.
type Closure struct {
	ID          string     `json:"id"`
	Day         string     `json:"day" format:"date"`
	Kind        string     `json:"kind" enum:"closed,outage" doc:"Outages move no legal periods."`
	Part        string     `json:"part" enum:"day,morning,afternoon" doc:"Half days stay working days."`
	Agency      string     `json:"agency,omitempty" doc:"Id of a unit, with all beneath it; empty for the whole house."`
	AgencyName  string     `json:"agency_name,omitempty"`
	Place       string     `json:"place,omitempty"`
	Reason      string     `json:"reason"`
	Announced   *time.Time `json:"announced,omitempty"`
	Entered     *time.Time `json:"entered,omitempty"`
	By          string     `json:"by,omitempty" doc:"Who entered it."`
	Withdrawn   bool       `json:"withdrawn"`
	WithdrawnAt *time.Time `json:"withdrawn_at,omitempty"`
	WithdrawnBy string     `json:"withdrawn_by,omitempty"`
	Why         string     `json:"why,omitempty" doc:"Why it was withdrawn."`
}

// Moves is what a change of closures does to open deadlines.
type Moves struct {
	Seen      int    `json:"seen" doc:"The state of the calendar it was worked out from, to be sent with what follows."`
	Cases     int    `json:"cases"`
	Deadlines int    `json:"deadlines"`
	Stopped   int    `json:"stopped" doc:"Cases whose clock stands: theirs are counted once it goes on."`
	Others    bool   `json:"others" doc:"More moves that the reader may not see; nothing of it is counted."`
	Items     []Move `json:"items" nullable:"false" doc:"The first of them, by due date."`
}

// Move is a deadline that moves.
type Move struct {
	Case    string   `json:"case,omitempty" doc:"Where the reader may open it."`
	Number  string   `json:"number,omitempty"`
	RowNo   int      `json:"row_no,omitempty" doc:"Which row of its request it is for, from 1."`
	Title   string   `json:"title" doc:"Of the type."`
	Subject string   `json:"subject,omitempty"`
	Step    string   `json:"step"`
	Holders []string `json:"holders" nullable:"false"`
	From    string   `json:"from" format:"date"`
	To      string   `json:"to" format:"date"`
}

// ClosedDays is what somebody enters.
type ClosedDays struct {
	From      string     `json:"from" format:"date"`
	To        string     `json:"to,omitempty" format:"date" doc:"Where it is several days."`
	Kind      string     `json:"kind,omitempty" enum:"closed,outage" doc:"Closed where it is missing."`
	Part      string     `json:"part,omitempty" enum:"day,morning,afternoon" doc:"Of a single day; the whole day where it is missing."`
	Agency    string     `json:"agency,omitempty" maxLength:"100"`
	Place     string     `json:"place,omitempty" maxLength:"400"`
	Reason    string     `json:"reason" maxLength:"400"`
	Announced *time.Time `json:"announced,omitempty" doc:"Now where it is missing."`
}

type closuresAnswer struct {
	Body struct {
		Items []Closure `json:"items" nullable:"false"`
	}
}

type movesAnswer struct{ Body Moves }

type previewClosuresRequest struct{ Body ClosedDays }

type enterClosuresRequest struct {
	Body struct {
		ClosedDays
		Seen int `json:"seen" doc:"Of the preview."`
	}
}

type previewWithdrawalRequest struct {
	Body struct {
		ID string `json:"id" maxLength:"200"`
	}
}

type withdrawClosureRequest struct {
	Body struct {
		ID   string `json:"id" maxLength:"200"`
		Why  string `json:"why" maxLength:"400"`
		Seen int    `json:"seen" doc:"Of the preview."`
	}
}

// OfficeCalendar is what the office's calendar holds.
type OfficeCalendar struct {
	Version string `json:"version"`
	Last    int    `json:"last" doc:"The last year, AD, of which it holds every day; 0 for none."`
	Wanted  int    `json:"wanted,omitempty" doc:"The year that should be loaded by now and is not: terms that reach into it are estimates."`
}

// CalendarDay is a day as the calendar has it.
type CalendarDay struct {
	Day  string `json:"day" format:"date"`
	Off  bool   `json:"off"`
	Name string `json:"name,omitempty"`
}

type officeCalendarAnswer struct{ Body OfficeCalendar }

type previewCalendarRequest struct {
	Body struct {
		Digest string `json:"digest" pattern:"^[0-9a-f]{64}$" doc:"Of the file as the personnel administration publishes it, uploaded before by POST /files."`
	}
}

type previewCalendarAnswer struct {
	Body struct {
		Moves
		Days []CalendarDay `json:"days" nullable:"false" doc:"Those that differ from what counts now."`
	}
}

type loadCalendarRequest struct {
	Body struct {
		Digest string `json:"digest" pattern:"^[0-9a-f]{64}$"`
		Seen   int    `json:"seen" doc:"Of the preview."`
	}
}

func (a *API) closureOperations() {
	add(a, operation{id: "office-calendar", method: http.MethodGet, path: "/calendar", tag: "registers",
		summary: "What the office's calendar holds, and what is missing"}, a.officeCalendar)
	add(a, operation{id: "preview-calendar", method: http.MethodPost, path: "/calendar/preview", tag: "registers",
		summary: "What loading a calendar would change", refusals: []int{s404}}, a.previewCalendar)
	add(a, operation{id: "load-calendar", method: http.MethodPost, path: "/calendar", tag: "registers",
		summary: "Load a calendar, and move open deadlines", refusals: []int{s404, s409}}, a.loadCalendar)
	add(a, operation{id: "list-closures", method: http.MethodGet, path: "/closures", tag: "registers",
		summary: "Days on which offices are closed or systems stand, the last first"}, a.listClosures)
	add(a, operation{id: "preview-closures", method: http.MethodPost, path: "/closures/preview", tag: "registers",
		summary: "What entering closed days would move", refusals: []int{s404}}, a.previewClosures)
	add(a, operation{id: "enter-closures", method: http.MethodPost, path: "/closures", tag: "registers", created: true,
		summary: "Enter closed days, and move open deadlines", refusals: []int{s404, s409}}, a.enterClosures)
	add(a, operation{id: "preview-withdrawal", method: http.MethodPost, path: "/closures/withdraw/preview", tag: "registers",
		summary: "What withdrawing a closed day would move", refusals: []int{s404}}, a.previewWithdrawal)
	add(a, operation{id: "withdraw-closure", method: http.MethodPost, path: "/closures/withdraw", tag: "registers",
		summary: "Withdraw a closed day, and move open deadlines back", refusals: []int{s404, s409}}, a.withdrawClosure)
}

func (a *API) listClosures(ctx context.Context, _ *struct{}) (*closuresAnswer, error) {
	all, err := a.kit.Closures().List(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out := &closuresAnswer{}
	out.Body.Items = make([]Closure, len(all))
	for i, d := range all {
		out.Body.Items[i] = Closure{
			ID: d.ID, Day: d.Date.String(), Kind: ismskit.ClosureKind(d.Outage), Part: partNames[d.Part], Agency: d.Agency, AgencyName: d.AgencyName, Place: d.Place, Reason: d.Reason,
			Announced: momentOrNone(d.Announced), Entered: momentOrNone(d.Entered), By: d.By, Withdrawn: d.Withdrawn,
			WithdrawnAt: momentOrNone(d.WithdrawnAt), WithdrawnBy: d.WithdrawnBy, Why: d.Why,
		}
	}
	return out, nil
}

var partNames = map[calendar.Part]string{calendar.WholeDay: "day", calendar.Morning: "morning", calendar.Afternoon: "afternoon"}

func momentOrNone(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// kit reads what was sent; the shape has been checked. A day that does not exist is for
// the Kit to refuse at its field, with whatever else is wrong.
func (d ClosedDays) kit() ismskit.ClosedDays {
	out := ismskit.ClosedDays{Agency: d.Agency, Place: d.Place, Reason: d.Reason, Outage: d.Kind == ismskit.KindOutage}
	day := func(field, s string) calendar.Date {
		if s == "" {
			return calendar.Date{}
		}
		day, err := calendar.ParseDate(s)
		if err != nil {
			out.Unread = append(out.Unread, forms.Unread(field, forms.Text{"en": field}, err))
		}
		return day
	}
	out.From, out.To = day("from", d.From), day("to", d.To)
	for part, name := range partNames {
		if name == d.Part {
			out.Part = part
		}
	}
	if d.Announced != nil {
		out.Announced = *d.Announced
	}
	return out
}

func (a *API) previewClosures(ctx context.Context, in *previewClosuresRequest) (*movesAnswer, error) {
	m, err := a.kit.Closures().Preview(ctx, actor(ctx), in.Body.kit())
	return movesOut(ctx, m), err
}

func (a *API) enterClosures(ctx context.Context, in *enterClosuresRequest) (*closuresAnswer, error) {
	if err := a.kit.Closures().Enter(ctx, actor(ctx), in.Body.kit(), in.Body.Seen); err != nil {
		return nil, err
	}
	return a.listClosures(ctx, nil)
}

func (a *API) previewWithdrawal(ctx context.Context, in *previewWithdrawalRequest) (*movesAnswer, error) {
	_, m, err := a.kit.Closures().PreviewWithdrawal(ctx, actor(ctx), in.Body.ID)
	return movesOut(ctx, m), err
}

func (a *API) withdrawClosure(ctx context.Context, in *withdrawClosureRequest) (*closuresAnswer, error) {
	if err := a.kit.Closures().Withdraw(ctx, actor(ctx), in.Body.ID, in.Body.Why, in.Body.Seen); err != nil {
		return nil, err
	}
	return a.listClosures(ctx, nil)
}

func (a *API) officeCalendar(ctx context.Context, _ *struct{}) (*officeCalendarAnswer, error) {
	c, err := a.kit.Closures().Calendar(ctx, actor(ctx))
	return &officeCalendarAnswer{Body: OfficeCalendar(c)}, err
}

func (a *API) previewCalendar(ctx context.Context, in *previewCalendarRequest) (*previewCalendarAnswer, error) {
	loaded, err := a.kit.Closures().PreviewLoad(ctx, actor(ctx), forms.File{Digest: in.Body.Digest})
	if err != nil {
		return nil, err
	}
	out := &previewCalendarAnswer{}
	out.Body.Moves, out.Body.Days = movesOut(ctx, loaded.Moves).Body, make([]CalendarDay, len(loaded.Days))
	for i, d := range loaded.Days {
		out.Body.Days[i] = CalendarDay{Day: d.Date.String(), Off: d.Off, Name: d.Name}
	}
	return out, nil
}

func (a *API) loadCalendar(ctx context.Context, in *loadCalendarRequest) (*officeCalendarAnswer, error) {
	if err := a.kit.Closures().Load(ctx, actor(ctx), forms.File{Digest: in.Body.Digest}, in.Body.Seen); err != nil {
		return nil, err
	}
	return a.officeCalendar(ctx, nil)
}

func movesOut(ctx context.Context, m ismskit.Moves) *movesAnswer {
	out := &movesAnswer{Body: Moves{Seen: m.Seen, Cases: m.Cases, Deadlines: m.Deadlines, Stopped: m.Stopped, Others: m.Others, Items: make([]Move, len(m.Lines))}}
	lang := langOf(ctx)
	for i, l := range m.Lines {
		out.Body.Items[i] = Move{
			Case: l.Case, Number: l.Number, RowNo: l.RowNo, Title: l.Title.In(lang), Subject: l.Subject, Step: l.Step.In(lang),
			Holders: append([]string{}, l.Holders...), From: l.From.String(), To: l.To.String(),
		}
	}
	return out
}
