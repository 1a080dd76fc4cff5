package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
)

// doOnline is the act of a form page that fills in the request that went on on paper under the
// number that was typed.
const doOnline = "online"

// numberAsked names the number in the address of an entry.
const numberAsked = "number"

// entryOf is where the paper of a number is entered.
func entryOf(typ, number string) string {
	return "/apply/" + ismskit.PaperKey(typ) + "?" + url.Values{numberAsked: {number}}.Encode()
}

// mayEnter says whether the reader may enter papers of a type.
func (p *Pages) mayEnter(r *http.Request, typ string) (bool, error) {
	offered, err := p.kit.Types().List(r.Context(), p.actor(r))
	return slices.ContainsFunc(offered, func(t ismskit.TypeInfo) bool { return t.Key == ismskit.PaperKey(typ) }), err
}

// ofPaper gives the entry of a paper the form of the version that its sheet is of, by what was
// typed into it.
func (p *Pages) ofPaper(r *http.Request, d *draft, posted forms.Posted) error {
	if d.info.PaperOf == "" || d.number != "" {
		return nil
	}
	values, _ := d.form.FromText(d.form.Tidy(posted), p.location)
	info, form, err := p.kit.Types().Prefills().Form(r.Context(), p.actor(r), ismskit.Preview{Case: d.caseID, Type: d.info.Key, Values: values})
	if err == nil {
		d.info, d.form = info, form
	}
	return err
}

// begunOnPaper is the entry of a paper whose number the address names, as if it had been typed
// and its request been asked for.
func (p *Pages) begunOnPaper(r *http.Request, d *draft, number string) (filled, error) {
	posted := forms.Posted{ismskit.FieldPaperNumber: {number}}
	if err := p.ofPaper(r, d, posted); err != nil {
		return filled{}, err
	}
	f, err := p.readTyped(r, d.form, posted, filled{blank: map[string]int{}, do: doOnline})
	if err != nil {
		return f, err
	}
	if err := p.readApplicant(r, d, &f); err != nil {
		return f, err
	}
	f.invalid, f.do = f.nobody, "" // nobody has filled in anything yet
	return f, nil
}

// fillOnline fills what is still empty in the entry of a paper from the request that went on
// on paper under its number, and whose it is. A table with rows stays as it is: what is missing in
// it, or otherwise, may be so on the paper.
func (p *Pages) fillOnline(r *http.Request, form *forms.Form, posted forms.Posted, f *filled) error {
	number := strings.TrimSpace(posted.Get(ismskit.FieldPaperNumber))
	online, err := p.kit.Types().Prefills().Online(r.Context(), p.actor(r), form.Schema().Key, number)
	if invalid, told := errors.AsType[forms.Invalid](err); told && len(invalid) > 0 {
		f.told = invalid[0].Message(p.lang(r)) + p.text(r, "form.online_none")
		return nil
	}
	if err != nil {
		return err
	}
	before := form.Tidy(posted)
	var kept []string
	for _, field := range form.Schema().Fields {
		if _, brings := online.Values[field.Key].([]forms.Row); brings && hasRows(before, field.Key) {
			delete(online.Values, field.Key)
			kept = append(kept, field.Label.In(p.lang(r)))
		}
	}
	if err := p.fillEmpty(r, form, posted, online.Values, f); err != nil {
		return err
	}
	if who := online.Applicant; strings.TrimSpace(posted.Get(applicantName+"."+partFind)) == "" && who.Person != p.actor(r).Person {
		p.putApplicant(r, who, posted)
	}
	and := func(key string, labels []string) {
		if len(labels) > 0 {
			f.told += p.text(r, key, "What", strings.Join(labels, p.text(r, "word.list")))
		}
	}
	if maps.EqualFunc(before, form.Tidy(posted), slices.Equal) {
		f.told = p.text(r, "form.online_nothing", "Number", number)
		and("form.online_kept", kept)
		return nil
	}
	f.told = p.text(r, "form.online", "Number", number)
	var left []string
	for _, label := range online.Left {
		left = append(left, label.In(p.lang(r)))
	}
	and("form.online_left", left)
	and("form.online_handled", online.Handled)
	and("form.online_kept", kept)
	return nil
}

func hasRows(posted forms.Posted, table string) bool {
	for key := range posted {
		if _, isRow := rowNumber(key, table); isRow {
			return true
		}
	}
	return false
}

// onPaperView is how a case goes on that went on on paper, or where the entry of one comes from.
type onPaperView struct {
	Title, Text string
	Link        *linkLine
	Over        bool // it does not go on
}

// onPaper says what is next of a case that goes on on paper, and of an entry from where it comes
// and what it says otherwise.
func (p *Pages) onPaper(r *http.Request, c ismskit.Case, page *casePage) error {
	if c.Paper != nil && c.Paper.Online != "" {
		page.OnPaper = &onPaperView{
			Title: p.text(r, "case.from_online"), Text: p.text(r, "case.from_online_what"), Link: &linkLine{Href: "/cases/" + c.Paper.Online, Text: p.text(r, "link.continues")},
		}
		if len(c.Paper.Handled) > 0 {
			page.OnPaper.Text += p.text(r, "case.on_paper_handled", "What", strings.Join(c.Paper.Handled, p.text(r, "word.list")))
		}
	}
	if c.Paper != nil && len(c.Paper.Differs) > 0 {
		page.Differs = p.text(r, "case.differs", "What", print.Differs(c.Paper.Differs, p.locale(r)))
	}
	if c.PaperRow != nil {
		page.OnPaper = p.paperRow(r, c.PaperRow)
	}
	on := c.OnPaper
	if on == nil {
		return nil
	}
	row := c.Parent != ""
	view := &onPaperView{Title: p.text(r, "case.on_paper"), Text: p.text(r, "case.on_paper_entered")}
	if row {
		view.Text = p.text(r, "case.on_paper_row_entered")
	}
	page.OnPaper = view
	switch on.State {
	case ismskit.NumberUsed:
		if on.Case != "" {
			view.Link = &linkLine{Href: "/cases/" + on.Case, Text: p.text(r, "link.entered_as")}
		}
	case ismskit.NumberVoid:
		view.Title, view.Over = p.text(r, "case.on_paper_void"), true
		view.Text = p.text(r, "case.on_paper_void_why", "Number", c.Number, "By", on.By, "At", p.moment(r, on.At), "Reason", on.Void)
	default:
		if row {
			view.Text = p.text(r, "case.on_paper_row")
			break
		}
		if on.AllHandled {
			view.Text = p.text(r, "case.on_paper_all_handled", "Number", c.Number, "What", strings.Join(on.Handled, p.text(r, "word.list")))
			return nil
		}
		view.Text = p.text(r, "case.on_paper_do", "Number", c.Number)
		enters, err := p.mayEnter(r, c.Type)
		if err != nil {
			return err
		}
		if enters {
			view.Link = &linkLine{Href: entryOf(c.Type, c.Number), Text: p.text(r, "case.on_paper_go")}
		}
	}
	if len(on.Handled) > 0 {
		view.Text += p.text(r, "case.on_paper_handled", "What", strings.Join(on.Handled, p.text(r, "word.list")))
	}
	return nil
}

// paperRow tells whoever handles a row of an entry what was done on the paper, and why it is
// recorded here.
func (p *Pages) paperRow(r *http.Request, row *ismskit.PaperRow) *onPaperView {
	view := &onPaperView{Title: p.text(r, "case.paper_row"), Link: &linkLine{Href: "/cases/" + row.Case, Text: p.text(r, "case.paper_row_scan")}}
	var signed []string
	for _, s := range row.Signed {
		key := "case.paper_row_by"
		if s.Opinion != "" {
			key = "case.paper_row_said"
		}
		signed = append(signed, p.text(r, key, "Who", s.Name, "As", s.Capacity, "Day", p.dayOf(r, s.Day), "Opinion", s.Opinion))
	}
	if len(signed) > 0 {
		view.Text = p.text(r, "case.paper_row_signed", "Who", strings.Join(signed, p.text(r, "word.list")))
	}
	view.Text += p.text(r, "case.paper_row_do")
	return view
}

// onPaperMeanwhile says of a stale page that its case, or the request of its row, has gone on on
// paper.
func (p *Pages) onPaperMeanwhile(r *http.Request, t *trouble, now ismskit.Case) {
	how := "trouble.on_paper_at"
	if now.Parent != "" {
		how = "trouble.on_paper_row"
	}
	t.Title, t.Lines = p.text(r, "trouble.on_paper"), []string{p.text(r, how, "At", p.moment(r, now.Flow.Closed)), t.Kept}
}
