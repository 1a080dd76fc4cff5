package web

import (
	"errors"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// handingView is what somebody has in the house and another would go on with.
type handingView struct {
	Lines    []handingLine
	Accounts bool // permissions of his own are among them that nobody closes unasked
	Begins   bool // the reader may begin the sheet on which it is handed over
	Sheet    *handingSheet
	Token    string // makes a second click the same request as the first
}

// handingSheet is the sheet on which it is being handed over; Href is "" where the reader may
// not open it.
type handingSheet struct{ Href, Number, State string }

// handingLine is one thing of it; Href is "" where nothing is to be opened.
type handingLine struct{ Kind, Name, Href, Follow string }

// handing is what the reader is told of what somebody has, nil where he is not told.
func (p *Pages) handing(r *http.Request, person string) (*handingView, error) {
	all, err := p.kit.Queue().Held().Of(r.Context(), p.actor(r), person)
	if errors.Is(err, ismskit.ErrForbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lang := p.lang(r)
	view := &handingView{Token: newToken()}
	sheet, err := p.sheetType(r)
	if err != nil {
		return nil, err
	}
	over, found, err := p.kit.Queue().Held().Sheet(r.Context(), p.actor(r), person)
	if err != nil {
		return nil, err
	}
	if found {
		view.Sheet = p.handingSheet(r, over)
	}
	view.Begins = sheet.HandsOver != "" && over.Another
	for _, h := range all {
		line := handingLine{Kind: h.Kind.Text().In(lang), Name: h.Name.In(lang), Href: handingHref(h), Follow: p.text(r, "handing.open")}
		switch to := over.To[h.RowID()]; {
		case to != "":
			line.Follow = to
		case h.Closing:
			line.Follow = p.text(r, "handing.closing", "Date", p.dayOf(r, h.Until))
		case h.Kind == ismskit.HoldsAccount:
			line.Follow = p.text(r, "handing.closed")
		case h.Kind == ismskit.HoldsSignature:
			line.Follow = p.text(r, "handing.signature")
		case h.Needed:
			line.Follow = p.text(r, "handing.needed")
		case h.Kind == ismskit.HoldsDeputyship:
			line.Follow = p.text(r, "handing.ends_or_moves")
		case h.Ends:
			line.Follow = p.text(r, "handing.ends")
		}
		view.Accounts = view.Accounts || h.Kind == ismskit.HoldsAccount && !h.Closing
		view.Lines = append(view.Lines, line)
	}
	return view, nil
}

func (p *Pages) handingSheet(r *http.Request, over ismskit.HandoverSheet) *handingSheet {
	out := &handingSheet{Number: over.Number, State: p.text(r, "handing.under_way")}
	switch {
	case !over.LastDayOver.IsZero():
		out.State = p.text(r, "handing.under_way_over", "Over", p.text(r, "handing.last_over", "Date", p.dayOf(r, over.LastDayOver)))
	case over.Failed:
		out.State = p.text(r, "handing.failed")
	case over.Approved && over.LastDay.IsZero():
		out.State = p.text(r, "handing.approved_undated")
	case over.Approved:
		out.State = p.text(r, "handing.approved", "Date", p.dayOf(r, over.LastDay.AddDays(1)))
	}
	if over.Case != "" {
		out.Href = "/cases/" + over.Case
	}
	return out
}

func handingHref(h ismskit.Holding) string {
	switch {
	case h.Case != "":
		return "/cases/" + h.Case
	case h.List == register.Systems:
		return "/systems/" + h.Row
	case h.List == register.Roles:
		return "/roles/" + h.Row
	}
	return ""
}

// sheetType is the type by which somebody hands over his work, zero where the reader may
// begin none.
func (p *Pages) sheetType(r *http.Request) (ismskit.TypeInfo, error) {
	types, err := p.kit.Types().List(r.Context(), p.actor(r))
	if err != nil {
		return ismskit.TypeInfo{}, err
	}
	for _, t := range types {
		if t.HandsOver != "" {
			return t, nil
		}
	}
	return ismskit.TypeInfo{}, nil
}

// beginHandover puts a sheet for a person before the reader, as a draft that lists what is
// to be handed over.
func (p *Pages) beginHandover(w http.ResponseWriter, r *http.Request) {
	sheet, err := p.sheetType(r)
	if err == nil && sheet.HandsOver == "" {
		err = ismskit.ErrForbidden
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	key := r.PostFormValue("token")
	if key != "" {
		key += ".handover"
	}
	begun, err := p.kit.Open(r.Context(), p.actor(r), ismskit.Opening{
		Type: sheet.Key, Values: forms.Values{sheet.HandsOver: forms.Person{Kind: forms.InDirectory, ID: r.PathValue("id")}}, Key: key,
	})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	http.Redirect(w, r, p.renderer.Href("/cases/"+begun.Case+"/edit"), http.StatusSeeOther)
}
