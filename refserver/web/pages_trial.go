package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Names of what a trial asks for beside the form's own fields; no field of a form
// can be called so.
const (
	trialApplicant = "_applicant"
	trialAbsent    = "_absent"
	trialAt        = "_at"
	trialTime      = "_at_time"
)

// trialPage is the model of trial.html.
type trialPage struct {
	Types       []option
	Type, Title string
	Applicant   fieldView
	Absent      fieldView
	At, AtTime  string
	AtWrong     string
	Example     string
	Fields      []fieldView
	Faults      []faultLink
	Heading     string // whose request, sent when
	Away        string
	DeadEnds    []string
	Possible    []string // where it would stop only if it came there
	Route       *routeView
	Blank       bool   // nothing is filled in yet: the way says little
	Draft       string // where the draft that is tried out is changed, "" for the version in use
	Migrate     string // where its running cases are moved to this version, "" for who may not
}

// trial is a form that is tried out.
type trial struct {
	draft  bool // of its flow
	info   ismskit.TypeInfo
	form   *forms.Form
	posted forms.Posted
	filled filled
	ask    ismskit.Trial
	wrong  map[string]string // by the names above
}

// answered says that something of the form is filled in, a row where it asks for rows:
// whom the way comes to depends on it.
func (t trial) answered() bool {
	rows, asked := false, false
	for _, f := range t.form.Describe("").Fields {
		if f.Type != "table" {
			continue
		}
		asked = true
		filled, _ := t.filled.values[f.Key].([]forms.Row)
		rows = rows || len(filled) > 0
	}
	return rows || !asked && len(t.filled.values) > 0
}

// newTrial shows the way of a request of the reader's own, made now.
func (p *Pages) newTrial(w http.ResponseWriter, r *http.Request) {
	t, options, err := p.trialOf(r, r.URL.Query().Get("type"), r.URL.Query().Get("draft") != "")
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.showTrial(w, r, t, options)
}

// trialOf is a trial of a type, or of the first one that one may open; of the draft of its
// flow with the form that the draft is published with.
func (p *Pages) trialOf(r *http.Request, key string, draft bool) (trial, []option, error) {
	offered, err := p.kit.Types().List(r.Context(), p.actor(r))
	if err != nil {
		return trial{}, nil, err
	}
	if key == "" && len(offered) > 0 {
		key = offered[0].Key
	}
	var options []option
	for _, t := range offered {
		options = append(options, option{Value: t.Key, Label: t.Title.In(p.lang(r)), Checked: t.Key == key})
	}
	var info ismskit.TypeInfo
	var form *forms.Form
	if draft {
		var d ismskit.Design
		d, err = p.kit.Types().Versions().Draft(r.Context(), p.actor(r), key)
		info, form = d.Type.TypeInfo, d.Form
	} else {
		info, form, err = p.kit.Types().Get(r.Context(), p.actor(r), key)
	}
	if err != nil {
		return trial{}, nil, err
	}
	t := trial{draft: draft, info: info, form: form, posted: forms.Posted{}, ask: ismskit.Trial{Type: key}, wrong: map[string]string{}}
	t.filled = filled{posted: t.posted, values: forms.Values{}}
	return t, options, nil
}

// postTrial works out the way of what was filled in. Nothing is kept.
func (p *Pages) postTrial(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	t, options, err := p.trialOf(r, r.PostForm.Get("type"), r.PostForm.Get("draft") != "")
	if err != nil {
		p.fail(w, r, err)
		return
	}
	posted, f := typed(r)
	if t.filled, err = p.readTyped(r, t.form, posted, f); err != nil {
		p.fail(w, r, err)
		return
	}
	t.posted = t.filled.posted
	if t.filled.pick == nil {
		t.filled.pick = map[string][]option{}
	}
	if err := p.readTrial(r, &t); err != nil {
		p.fail(w, r, err)
		return
	}
	t.ask.Values = t.form.Whole(t.filled.values)
	p.showTrial(w, r, t, options)
}

// readTrial takes who applies, who is away and when it would be sent.
func (p *Pages) readTrial(r *http.Request, t *trial) error {
	person := func(at, field string) (string, error) {
		fault, err := p.findPerson(r, t.posted, at, t.filled.pick)
		if err != nil {
			return "", err
		}
		if fault != nil {
			t.wrong[field] = fault.Message(p.lang(r))
			return "", nil
		}
		return t.posted.Get(at + ".id"), nil
	}
	var err error
	if t.ask.Applicant, err = person(trialApplicant, trialApplicant); err != nil {
		return err
	}
	for _, n := range partNumbers(t.posted, trialAbsent) {
		id, err := person(trialAbsent+"."+strconv.Itoa(n), trialAbsent)
		if err != nil {
			return err
		}
		if id != "" && !slices.Contains(t.ask.Absent, id) {
			t.ask.Absent = append(t.ask.Absent, id)
		}
	}
	t.ask.At, t.wrong[trialAt] = p.trialMoment(r, strings.TrimSpace(t.posted.Get(trialAt)), strings.TrimSpace(t.posted.Get(trialTime)))
	return nil
}

// trialMoment reads a day and a time; without a time it is the start of work.
func (p *Pages) trialMoment(r *http.Request, day, clock string) (at time.Time, wrong string) {
	if day == "" {
		if clock != "" {
			return at, p.text(r, "trial.day_missing")
		}
		return at, ""
	}
	if clock == "" {
		clock = "09:00"
	}
	if _, err := calendar.ParseDate(day); err != nil {
		return at, p.unread(r, trialAt, "trial.at", err).Text
	}
	at, err := calendar.ParseTime(day+" "+clock, p.location)
	if err != nil {
		return time.Time{}, p.unread(r, trialAt, "trial.at", err).Text
	}
	return at, ""
}

func (p *Pages) showTrial(w http.ResponseWriter, r *http.Request, t trial, options []option) {
	page := trialPage{
		Types: options, Type: t.info.Key, Title: t.info.Title.In(p.lang(r)),
		At: t.posted.Get(trialAt), AtTime: t.posted.Get(trialTime), Example: p.example(r),
	}
	try := p.kit.Types().DryRun
	if t.draft {
		try, page.Draft = p.kit.Types().Versions().Try, flowHref(t.info.Key)+"/draft"
	}
	run, err := try(r.Context(), p.actor(r), t.ask)
	if _, wrong := errors.AsType[*ismskit.Unpublishable](err); wrong {
		p.done(w, r, page.Draft, p.text(r, "flows.try_refused"))
		return
	}
	invalid, refused := errors.AsType[forms.Invalid](err)
	switch {
	case refused:
		t.wrong[trialApplicant] = invalid[0].Message(p.lang(r))
	case err != nil:
		p.fail(w, r, err)
		return
	default:
		p.showRun(r, &page, run)
	}
	page.Applicant = p.trialPerson(r, t, trialApplicant, "word.applicant", "trial.applicant_hint", false)
	page.Absent = p.trialPerson(r, t, trialAbsent, "trial.absent", "trial.absent_hint", true)
	page.Blank = !t.answered()
	me, err := p.kit.People().Me(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if me.Rights["manage_types"] {
		page.Migrate = "/migration?type=" + url.QueryEscape(t.info.Key)
	}
	page.AtWrong = t.wrong[trialAt]
	for _, name := range []string{trialApplicant, trialAt, trialAbsent} {
		if text := t.wrong[name]; text != "" {
			page.Faults = append(page.Faults, faultLink{Field: fieldID(name), Text: text})
		}
	}
	page.Faults = append(page.Faults, p.faultLinks(r, t.filled.invalid)...)
	who := t.ask.Applicant
	if who == "" {
		who = p.actor(r).Person
	}
	page.Fields, err = p.fields(r, sheet{
		form: t.form, posted: t.filled.posted, values: t.filled.values, invalid: t.filled.invalid, blank: t.filled.blank, pick: t.filled.pick, applicant: who, noFiles: true,
	})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	status := http.StatusOK
	if len(page.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p.renderer.Page(w, r, status, "trial", page)
}

// showRun draws what would become of it.
func (p *Pages) showRun(r *http.Request, page *trialPage, run ismskit.DryRun) {
	route := p.ahead(r, run.Route, p.signer(r, run.Applicant))
	page.Route = &route
	page.Heading = p.text(r, "trial.heading", "Who", p.signer(r, run.Applicant), "At", p.moment(r, run.At))
	if len(run.Absent) > 0 {
		page.Away = p.text(r, "trial.away", "Who", p.signers(r, run.Absent))
	}
	for _, end := range run.DeadEnds {
		step := p.in(r, end.Name)
		if end.Row != "" {
			step = p.text(r, "trouble.unstaffed_row", "Row", end.Row, "Step", step)
		}
		line := ""
		switch end.Why() {
		case ismskit.DeadEndAway:
			absent := make([]string, len(end.Absent))
			for i, person := range end.Absent {
				absent[i] = p.missing(r, person)
			}
			who := strings.Join(absent, p.text(r, "word.list"))
			line = p.text(r, "trial.end_away", "Step", step, "Who", who)
			if len(end.Asked) > 0 {
				line = p.text(r, "trial.end_away_asked", "Step", step, "Who", who, "Asked", p.signers(r, end.Asked))
			}
		case ismskit.DeadEndFew:
			line = p.text(r, "trial.end_few", "Step", step)
		default:
			line = p.unstaffedLine(r, end.UnstaffedStep)
		}
		if end.Possible {
			page.Possible = append(page.Possible, line)
		} else {
			page.DeadEnds = append(page.DeadEnds, line)
		}
	}
}

// trialPerson draws a field for one person, or several.
func (p *Pages) trialPerson(r *http.Request, t trial, name, label, hint string, many bool) fieldView {
	v := fieldView{
		Name: name, ID: fieldID(name), Label: p.text(r, label), Help: p.text(r, hint), Widget: "person", Many: many,
		Texts: map[string]string{}, Errors: map[string]string{},
	}
	if t.wrong[name] != "" {
		v.Errors[""] = t.wrong[name]
	}
	at := []string{name}
	if many {
		at = nil
		next := 0
		for _, n := range partNumbers(t.posted, name) {
			if one := name + "." + strconv.Itoa(n); t.posted.Get(one+".id") != "" || t.posted.Get(one+"."+partFind) != "" {
				at, next = append(at, one), n+1
			}
		}
		at = append(at, name+"."+strconv.Itoa(next))
	}
	for _, one := range at {
		v.People = append(v.People, personView{
			Name: one, ID: t.posted.Get(one + ".id"), Known: t.posted.Get(one + "." + partKnown),
			Find: t.posted.Get(one + "." + partFind), Candidates: t.filled.pick[one],
		})
	}
	return v
}
