package print

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Sheet is the official print of a case, all of it in words.
type Sheet struct {
	Lang                string
	Agency, Title       string
	Class, Form, Number string
	Unit, Who, Day      string
	FilledBy            string // who filled it in for the applicant
	State               string
	Unsent              string // what of it was changed after it came back, and not sent
	Imported            string // that nobody signed it here, for it was taken in
	Retracted           string // that it was taken back, by whom and why
	Filed               bool   // it is no request: who is named filed it
	Oral                []Fact // see Oral
	Paper               []Fact // see Paper
	Stops               []Fact // see Stops
	Content             Content
	Results             map[string]string // by row identity
	Stamps              [][]Stamp         // in lines of five
	ByHand              bool              // it goes on on paper: who has not stamped does so in his field
	Trail               []Line
	Proof, Code, Check  string // how the print is asked about by its code
	Printed, Note       string
}

// Stamp is one field for a stamp. Without a Name nobody has acted yet.
type Stamp struct {
	Step            string
	Post, Name, For string
	Acting          bool
	At              string
	Note            string // that the same person did it, and who reviews it
	NotNeeded       string // that nobody has to, and why, where it is empty
}

// Line is one line of the trail.
type Line struct {
	At, Step, Who, For, Decision, Comment string
	Acting                                bool     // as For's deputy
	Notes                                 []string // see Notes
}

// stampsInLine fit beside each other on A4.
const stampsInLine = 5

// taiwan is where the clocks count of a print that names no place.
var taiwan = time.FixedZone("Asia/Taipei", 8*3600)

// Of gathers a case, as its reader sees it, for paper.
func Of(c ismskit.Case, o ismskit.Imprint) Sheet {
	if o.Location == nil {
		o.Location = taiwan
	}
	in := forms.Locale{Lang: o.Lang, Location: o.Location}
	p := printer{o: o, in: in}
	s := Sheet{
		Lang: o.Lang, Agency: o.Agency, Title: c.Kind.Title.In(o.Lang), Class: o.Classes.Name(c.Class, o.Lang), Number: ismskit.RowNumberIn(o.Lang, c.Number, c.RowNo, c.RowTurn),
		Unit: c.UnitName, FilledBy: p.filledBy(c), Who: strings.TrimSpace(c.Flow.Applicant.PostTitle + " " + c.ApplicantName),
		State: record.Word(c.Word, o.Lang), Content: CaseContent(c, c.Fields, o.Lookup, in), Note: o.Note,
		Printed: p.printed(), Form: p.formLine(c.Kind, !c.Submitted.IsZero()), Oral: Oral(c.Oral, in), Paper: onSheet(c.Paper, in), Stops: Stops(c, in),
	}
	if s.Number == "" {
		s.Number = say(o.Lang, "number_later")
	}
	day := c.Submitted
	if day.IsZero() {
		day = c.Created
	}
	s.Day = p.in.DayText(calendar.DateOf(day.In(o.Location)))
	closed := c.Closed
	if c.Retracted != nil {
		closed, s.Retracted = c.Retracted.At, say(o.Lang, "retracted", "by", c.Retracted.By.Name, "reason", c.Retracted.Reason)
	}
	if closed.IsZero() {
		s.State = say(o.Lang, "open", "state", s.State)
	} else {
		s.State = say(o.Lang, "closed", "state", s.State, "at", p.moment(closed))
	}
	s.Unsent = c.UnsentIn(o.Lang)
	if c.Imported {
		s.Imported = say(o.Lang, "records.imported")
	}
	s.Filed = c.Kind.Unsigned
	s.Results = p.results(c)
	for i, t := range s.Content.Tables {
		s.Content.Tables[i].Results = t.Handled(c)
		for j, row := range t.Rows {
			s.Content.Tables[i].Rows[j].No = cmp.Or(c.RowNumber(t.Path, row.ID), row.No)
		}
	}
	s.Stamps, s.ByHand = inLines(p.stamps(c)), c.Flow.Outcome == workflow.OutcomePaper
	if c.Imported { // nobody put his seal to it here
		s.Stamps = nil
	}
	s.Trail = p.trail(c)
	if s.Proof, s.Code = p.proof(c, len(s.Trail)); s.Code != "" && o.Check != "" {
		s.Check = say(o.Lang, "check_case", "at", o.Check)
	}
	again := c.Again()
	if again.Counts > 0 { // what this sheet says is not the last that was done
		s.State = say(o.Lang, "handled_again", "state", s.State, "turn", strconv.Itoa(again.Counts))
	}
	if again.UnderWay > 0 {
		s.State = say(o.Lang, "handled_again_open", "state", s.State, "turn", strconv.Itoa(again.UnderWay))
	}
	return s
}

type printer struct {
	o  ismskit.Imprint
	in forms.Locale
}

// formLine is the number, version and date of a form in document control, or that it is a
// template which the organisation has not issued, or had not when the case was sent.
func (p printer) formLine(k ismskit.TypeInfo, sent bool) string {
	switch {
	case k.FormNo == "":
		return ""
	case k.Template && sent:
		return say(p.o.Lang, "template_sent", "no", k.FormNo, "edition", k.Edition)
	case k.Template:
		return say(p.o.Lang, "template", "no", k.FormNo, "edition", k.Edition)
	}
	return say(p.o.Lang, "form", "no", k.FormNo, "edition", k.Edition, "date", p.day(k.Issued))
}

func (p printer) moment(t time.Time) string {
	return forms.Locale{Lang: p.in.Lang, Location: p.o.Location}.Moment(t)
}

func (p printer) day(d calendar.Date) string {
	return p.in.Day(d)
}

// filledBy names who filled a case in for its applicant, "" for himself.
func (p printer) filledBy(c ismskit.Case) string {
	if c.Writer == nil {
		return ""
	}
	return say(p.o.Lang, "filled_by", "name", who(*c.Writer))
}

func who(s workflow.Signer) string { return strings.TrimSpace(s.PostTitle + " " + s.Name) }

// results say for each row what became of it. What has no result yet where the request goes on on
// paper is left open for the hand.
func (p printer) results(c ismskit.Case) map[string]string {
	out := map[string]string{}
	for _, child := range c.Counts() {
		if child.State.Outcome == workflow.OutcomePaper {
			continue
		}
		parts := []string{forms.Text(child.ResultText).In(p.o.Lang)}
		if child.Reason != "" {
			parts = []string{record.Word(child.Word, p.o.Lang), child.Reason}
		}
		for _, f := range child.Form.Shown(child.Fields, "", nil) {
			if child.Reason == "" && f.Later && f.Type != "file" && f.Type != "files" {
				parts = append(parts, child.Form.Format(f.Path, child.Fields[f.Path], p.in))
			}
		}
		parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
		if len(parts) == 0 {
			parts = []string{record.Word(child.Word, p.o.Lang)}
		}
		out[child.Row] = strings.Join(parts, say(p.o.Lang, "comma"))
	}
	return out
}

// trail is the case's own and that of its rows, by time.
func (p printer) trail(c ismskit.Case) []Line {
	type dated struct {
		at   time.Time
		line Line
	}
	var all []dated
	add := func(filled Filled, entries []ismskit.Entry, row string, ended time.Time) {
		for _, e := range Acts(entries) {
			system := e.By.Person == ismskit.SystemPerson
			// Of what the system did, that which decided or ended the case belongs to the form, and
			// that which moved a deadline: by it a signature was in time or late.
			if e.Disposed || e.Malformed || system && e.Verb != workflow.VerbLapse && len(e.Moved) == 0 && !e.At.Equal(ended) || row != "" && e.Verb == workflow.VerbSubmit {
				continue
			}
			name := who(e.By)
			if system {
				name = say(p.o.Lang, "system")
			}
			l := Line{
				At: p.moment(e.At), Step: forms.Text(e.StepName).In(p.o.Lang), Who: name,
				Decision: DecisionOf(p.o.Lang, e), Comment: e.Comment,
				Notes: filled.Notes(e, p.in),
			}
			if l.Step == "" && e.Verb == workflow.VerbSubmit {
				l.Step = say(p.o.Lang, senderOf(e))
			}
			switch { // what the system did stands in no step
			case row != "" && l.Step != "":
				l.Step += say(p.o.Lang, "colon") + row
			case row != "":
				l.Step = row
			}
			switch {
			case e.Via == ismskit.ViaWriter:
				l.Step, l.For = say(p.o.Lang, "writer"), say(p.o.Lang, "filled_for", "name", who(*e.For))
			case e.For != nil:
				l.For, l.Acting = say(p.o.Lang, "for", "name", who(*e.For)), true
			}
			if result := forms.Text(e.ResultText).In(p.o.Lang); result != "" {
				l.Decision = result
			}
			all = append(all, dated{e.At, l})
		}
	}
	add(Filled{c.Form, c.Fields, p.o.Lookup}, c.Trail, "", c.Closed)
	for _, child := range c.Rows {
		add(Filled{Form: child.Form, Values: child.Fields}, child.Trail, p.rowTitle(child), time.Time{}) // a row ends with what is recorded of it
	}
	slices.SortStableFunc(all, func(a, b dated) int { return a.at.Compare(b.at) })
	out := make([]Line, len(all))
	for i, d := range all {
		out[i] = d.line
	}
	return out
}

// proof says whether the trail agrees with its seals, and gives the first part of
// the newest one, by which a print can be held against the record. More is sealed than a
// form shows, such as who was told and what was opened.
func (p printer) proof(c ismskit.Case, shown int) (text, code string) {
	if c.Head.Seq == 0 {
		return "", ""
	}
	key := "proof"
	faults, n := len(c.Faults), int64(len(c.Trail))
	for _, child := range c.Rows {
		faults, n = faults+len(child.Faults), n+int64(len(child.Trail))
	}
	if faults > 0 {
		key = "proof_broken"
	}
	code = c.PrintCode()
	return say(p.o.Lang, key, "at", p.moment(p.o.Now), "n", strconv.FormatInt(n, 10), "shown", strconv.Itoa(shown)), code
}
