package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
)

// action is where the form is sent to.
func (d draft) action() string {
	if d.caseID != "" {
		return "/cases/" + d.caseID + "/edit"
	}
	return "/apply/" + d.info.Key
}

// address is where a form that is kept can be read again, "" for one that is not yet.
func (p formPage) address() string {
	if p.Case == "" {
		return ""
	}
	return p.Action
}

// inForm is the form that comes back in another language with what was typed into it.
func (p formPage) inForm() string { return "form" }

// showForm draws a form with everything around it. A script that asks for a part
// gets the inside of the form.
func (p *Pages) showForm(w http.ResponseWriter, r *http.Request, status int, d draft, f filled, t *trouble) {
	page, err := p.formPage(r, d, f, t)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if r.Header.Get(partHeader) != "" {
		p.renderer.Fragment(w, r, http.StatusOK, "form", "form-body", page)
		return
	}
	p.renderer.Page(w, r, status, "form", page)
}

func (p *Pages) formPage(r *http.Request, d draft, f filled, t *trouble) (formPage, error) {
	page := p.formState(r, d)
	page.controlled = p.controlled(r, d.info)
	page.Title, page.FormNo, page.Edition, page.Issued = d.info.Title.In(p.lang(r)), d.info.FormNo, d.info.Edition, d.info.Issued
	page.Template, page.Renewed, page.Outdated = d.info.Template, d.renewed, d.outdated
	scale, err := p.kit.Documents().Lists().Classes(r.Context(), p.actor(r))
	if err != nil {
		return page, err
	}
	page.Class, page.Number, page.Day, page.Saved, page.Trouble = classIn(p.lang(r), scale, d.info.Class), d.number, d.day, d.saved, t
	page.Applicant = p.text(r, "shell.who", "Unit", p.called(r, d.who.UnitName), "Name", d.who.Name, "Post", p.called(r, d.who.PostTitle))
	page.FilledBy = p.filledBy(r, d.writer)
	page.For, page.Over, page.Unsigned = p.applicantField(r, d, f), d.over, d.info.Unsigned
	page.Other, page.Told = f.other, f.told
	page.Online = d.info.PaperOf != "" && d.number == "" && !d.over
	wrong, unkept := f.apart()
	page.Faults, page.Unkept = p.faultLinks(r, wrong), p.faultLinks(r, unkept)
	if f.do == "check" && r.PostForm.Get("summary") == "" {
		page.Faults = nil // no list jumps in above what somebody is typing
	}
	if r.Method == http.MethodGet {
		if page.Waiting, err = p.waitingFor(r, d.action()); err != nil {
			return page, err
		}
	}
	if t != nil {
		page.Hold = t.Status == http.StatusConflict
		page.Since = p.sinceLines(r, print.Filled{Form: d.form, Values: f.values}, t.Since)
	}
	if d.returned != nil {
		page.Returned = p.returned(r, d.returned, d.due, d.late)
	}
	for _, h := range d.hints {
		page.Hints = append(page.Hints, p.hint(r, h))
	}
	if d.info.Barred != nil {
		page.Barred = slices.DeleteFunc(d.info.Barred.Texts(p.lang(r)), func(text string) bool {
			return t != nil && slices.Contains(t.Lines, text) // why it was not sent says so already
		})
	}
	if d.info.Unstaffed != nil {
		for _, s := range d.info.Unstaffed.Steps {
			page.Unstaffed = append(page.Unstaffed, p.unstaffedLine(r, s))
		}
	}
	var follows forms.Values
	if !d.over { // else the case page says where it is
		if page.Route, follows, err = p.preview(r, d, f); err != nil {
			return page, err
		}
	}
	page.Fields, err = p.fields(r, sheet{form: d.form, posted: f.posted, values: f.values, invalid: f.invalid, refused: f.standing, blank: f.blank, pick: f.pick, applicant: d.who.Person, caseID: d.caseID, request: d.info.Key, moves: d.info.Moves, follows: follows})
	if err != nil {
		return page, err
	}
	page.Choose = p.chosenFields(r, d, f)
	if d.over {
		return page, nil
	}
	p.cautions(r, page)
	page.PaperRows = d.info.PaperOf != "" && page.Route != nil && page.Route.Splits
	return page, p.shortcuts(r, d, &page)
}

// preview is what the Kit is asked about the form as it is filled in.
func (d draft) preview(f filled) ismskit.Preview {
	return ismskit.Preview{Case: d.caseID, Type: d.info.Key, Applicant: d.who.Person, Values: d.form.Whole(f.values), Chosen: f.chosen}
}

// preview is the route of what is filled in so far, nil where it can't be told, and what follows from it.
func (p *Pages) preview(r *http.Request, d draft, f filled) (*routeView, forms.Values, error) {
	route, err := p.kit.Route(r.Context(), p.actor(r), d.preview(f))
	if _, refused := errors.AsType[forms.Invalid](err); refused {
		return nil, nil, nil // the applicant can't be this one, which his field says when it is kept
	}
	if _, barred := errors.AsType[*ismskit.Barred](err); barred {
		return nil, nil, nil // what was filled in meanwhile stays on the page, and sending it says why
	}
	if err != nil {
		return nil, nil, err
	}
	v := p.ahead(r, route, p.signer(r, d.who))
	shown, err := json.Marshal(route.Shown())
	if err != nil {
		return nil, nil, err
	}
	v.Shown = string(shown)
	v.Splits = slices.ContainsFunc(route.Steps, func(s ismskit.RouteStep) bool { return s.Node == "split" })
	if r.Method == http.MethodGet { // what he types now is what changes the route from here on
		v.Rerouted = p.rerouted(r, route.Rerouted)
	}
	if route.Follows == nil {
		return &v, nil, nil
	}
	follows, err := p.kit.Registers().InLanguage(r.Context(), p.actor(r), p.lang(r), route.Follows)
	if err != nil {
		return nil, nil, err
	}
	return &v, follows[0], nil
}

// cautions says beside the fields what their answers make of the route.
func (p *Pages) cautions(r *http.Request, page formPage) {
	if page.Route == nil || page.Route.LeaverSigns == nil {
		return
	}
	s := page.Route.LeaverSigns
	for i := range page.Fields {
		if page.Fields[i].Name != s.Field {
			continue
		}
		key, instead := "form.leaver_signs", p.signers(r, s.Instead)
		if instead != "" {
			key = "form.leaver_signs_instead"
		}
		page.Fields[i].Caution = p.text(r, key, "Step", p.in(r, s.Step), "Name", s.Name, "Due", p.dayOf(r, s.Due), "Last", p.dayOf(r, s.LastDay), "Instead", instead)
	}
}

// rerouted says which steps come to others than was shown; "" for none.
func (p *Pages) rerouted(r *http.Request, steps []ismskit.Rerouted) string {
	var out []string
	for _, s := range steps {
		people := make([]string, len(s.People))
		for i, who := range s.People {
			people[i] = p.signer(r, who)
		}
		out = append(out, p.text(r, "form.rerouted_step", "Step", p.in(r, s.Step), "Who", strings.Join(people, p.text(r, "word.list"))))
	}
	if len(out) == 0 {
		return ""
	}
	return p.text(r, "form.rerouted", "Steps", strings.Join(out, p.text(r, "word.comma")))
}

// shownRoute is whom the page said the form would come to; nil where it said nothing that
// can be read, and then nothing is compared.
func shownRoute(r *http.Request) map[string][]string {
	var shown map[string][]string
	if json.Unmarshal([]byte(r.PostForm.Get("shown")), &shown) != nil {
		return nil
	}
	return shown
}

// shortcuts are what a form can be filled from; nothing for one that can no longer be
// begun, such as a draft of a type that is not on offer any more.
func (p *Pages) shortcuts(r *http.Request, d draft, page *formPage) error {
	templates, err := p.kit.Types().Prefills().Templates(r.Context(), p.actor(r), d.info.Key)
	if errors.Is(err, ismskit.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), p.lang(r), templates...)
	if err != nil {
		return err
	}
	for i, row := range templates {
		page.Templates = append(page.Templates, option{Value: row.ID, Label: titles[i]})
	}
	_, err = p.kit.Types().Prefills().Again(r.Context(), p.actor(r), d.info.Key)
	page.Again = err == nil
	if errors.Is(err, ismskit.ErrNotFound) {
		return nil
	}
	return err
}

// peopleFound lists people by name for a field that is being typed into.
func (p *Pages) peopleFound(w http.ResponseWriter, r *http.Request) {
	found, err := p.kit.People().Search(r.Context(), p.actor(r), r.URL.Query().Get("q"), 8)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	var labels []string
	for _, h := range found {
		labels = append(labels, p.personLabel(r, h))
	}
	p.renderer.Fragment(w, r, http.StatusOK, "form", "people-found", labels)
}
