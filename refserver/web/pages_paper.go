package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// registerPaper puts the page of reserved numbers on a mux: what is signed on paper
// begins and ends there.
func (p *Pages) registerPaper(mux *http.ServeMux) {
	mux.HandleFunc("GET /records/numbers", p.numbers)
	mux.HandleFunc("POST /records/numbers", p.reserveNumbers)
	mux.HandleFunc("POST /records/numbers/void", p.voidNumber)
}

// numbersPage is the model of numbers.html.
type numbersPage struct {
	Token  string   // the same page sent twice is one block
	Forms  []option // that may be signed on paper
	Units  []option // whose count it is, where one of the forms counts by unit
	Free   []option // numbers that may be declared void
	Enter  []option // addresses of the forms of what was signed on paper
	Blocks []numberBlock
	Faults []faultLink
	Posted map[string]string
	Wrong  map[string]string
}

// numberBlock are the numbers that were reserved together.
type numberBlock struct {
	Title, Reason string
	From          string // address of the case that went on on paper
	Running       *runningPaper
	Lines         []numberLine
	Unused        int
}

// runningPaper is the number of a case that goes on on paper and whose paper is awaited.
type runningPaper struct {
	Number, Enter string // Enter is the address of its entry, "" where there is none
	Reason, Wrong string // what was typed why it is void, and what is wrong with that
}

type numberLine struct {
	Number, Reason string
	Void, By, At   string // why it is void, who changed it last, and when
	State          stateView
	Case           string // address of the case that was entered under it
}

func (p *Pages) numbers(w http.ResponseWriter, r *http.Request) {
	p.showNumbers(w, r, http.StatusOK, nil)
}

func (p *Pages) showNumbers(w http.ResponseWriter, r *http.Request, status int, faults []faultLink) {
	all, err := p.kit.Records().PaperNumbers().List(r.Context(), p.actor(r), "")
	if err != nil {
		p.fail(w, r, err)
		return
	}
	types, err := p.kit.Types().List(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	lang := p.lang(r)
	page := numbersPage{Token: newToken(), Faults: faults, Posted: map[string]string{}, Wrong: map[string]string{}}
	for _, f := range faults {
		page.Wrong[f.Field] = f.Text
	}
	for _, name := range []string{"type", "unit", "count", "reason", "number", "void_reason"} {
		page.Posted[name] = r.PostForm.Get(name)
	}
	byUnit := false
	for _, t := range types {
		if t.Paper {
			page.Forms = append(page.Forms, option{Value: t.Key, Label: t.Title.In(lang), Checked: t.Key == page.Posted["type"]})
		}
		byUnit = byUnit || t.Paper && t.ByUnit
		if t.PaperOf != "" {
			page.Enter = append(page.Enter, option{Value: "/apply/" + t.Key, Label: t.Title.In(lang)})
		}
	}
	if byUnit {
		if page.Units, err = p.choices(r, register.Units); err != nil {
			p.fail(w, r, err)
			return
		}
		page.Units = ticked(page.Units, []string{page.Posted["unit"]})
	}
	last := ""
	for _, n := range all {
		if n.Block != last || len(page.Blocks) == 0 {
			b := numberBlock{Title: n.Title.In(lang)}
			if n.From != "" {
				b.From = "/cases/" + n.From
			}
			page.Blocks, last = append(page.Blocks, b), n.Block
		}
		b := &page.Blocks[len(page.Blocks)-1]
		line := numberLine{Number: n.Number, Reason: n.Reason, Void: n.Void, By: n.By, At: p.moment(r, n.At), State: stateView{Kind: numberMarks[n.State], Text: p.text(r, numberTexts[n.State])}}
		if n.Case != "" {
			line.Case = "/cases/" + n.Case
		}
		switch {
		case n.State != ismskit.NumberFree:
		case n.From != "": // it is in use, on paper
			line.State.Text = p.text(r, "numbers.of_case_state")
			b.Running = &runningPaper{Number: n.Number}
			if slices.ContainsFunc(types, func(t ismskit.TypeInfo) bool { return t.Key == ismskit.PaperKey(n.Type) }) {
				b.Running.Enter = entryOf(n.Type, n.Number)
			}
			if page.Posted["number"] == n.Number {
				b.Running.Reason, b.Running.Wrong = page.Posted["void_reason"], page.Wrong["void_reason"]
				delete(page.Posted, "void_reason")
				delete(page.Wrong, "void_reason")
			}
		default:
			b.Unused++
			page.Free = append(page.Free, option{Value: n.Number, Label: n.Number, Checked: n.Number == page.Posted["number"]})
		}
		b.Lines = append(b.Lines, line)
	}
	p.renderer.Page(w, r, status, "numbers", page)
}

// numberTexts and numberMarks say what became of a reserved number.
var (
	numberTexts = map[string]string{ismskit.NumberFree: "numbers.free", ismskit.NumberUsed: "numbers.used", ismskit.NumberVoid: "numbers.void"}
	numberMarks = map[string]string{ismskit.NumberFree: "wait", ismskit.NumberUsed: "done", ismskit.NumberVoid: "void"}
)

func (p *Pages) reserveNumbers(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	count, err := strconv.Atoi(forms.Numerals(r.PostForm.Get("count")))
	if err != nil {
		count = 0 // refused with how many there may be
	}
	block, err := p.kit.Records().PaperNumbers().Reserve(r.Context(), p.actor(r), ismskit.Reservation{
		Type: r.PostForm.Get("type"), Unit: r.PostForm.Get("unit"), Count: count, Reason: r.PostForm.Get("reason"), Key: r.PostForm.Get("token"),
	})
	if err != nil {
		p.numbersRefused(w, r, err, "reserve", nil)
		return
	}
	p.done(w, r, "/records/numbers", p.text(r, "numbers.reserved", "First", block[0].Number, "Last", block[len(block)-1].Number))
}

func (p *Pages) voidNumber(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	number, said := r.PostForm.Get("number"), "numbers.voided"
	if r.PostForm.Has("of_case") {
		said = "numbers.of_case_voided"
	}
	err := p.kit.Records().PaperNumbers().Void(r.Context(), p.actor(r), number, r.PostForm.Get("void_reason"))
	if err != nil {
		p.numbersRefused(w, r, err, "void", map[string]string{"reason": "void_reason"})
		return
	}
	p.done(w, r, "/records/numbers", p.text(r, said, "Number", number))
}

// numbersRefused shows what was typed again beside what is there now, with what is wrong
// at its place; as names the page's fields where they are called otherwise, part is the
// part of the page that was sent.
func (p *Pages) numbersRefused(w http.ResponseWriter, r *http.Request, err error, part string, as map[string]string) {
	invalid, ok := errors.AsType[forms.Invalid](err)
	if !ok {
		if overtaken, again := p.overtaken(r, err, part); again {
			p.showNumbers(w, r, http.StatusConflict, overtaken)
			return
		}
		p.fail(w, r, err)
		return
	}
	var faults []faultLink
	for _, f := range invalid {
		if name, ok := as[f.Field]; ok {
			f.Field = name
		}
		faults = append(faults, faultLink{Field: f.Field, Text: f.Message(p.lang(r))})
	}
	p.showNumbers(w, r, http.StatusUnprocessableEntity, faults)
}
