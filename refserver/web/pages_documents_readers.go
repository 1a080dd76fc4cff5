package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// readersPage is the model of document_readers.html.
type readersPage struct {
	ID, Number, Title, Version string
	Sum                        string
	Waiting, Read              []readerLine
	Missing, Barred, Waived    []readerLine
	Distributed                bool // somebody is named to whom it goes
	Empty                      bool // there is nothing to read
	Lists                      []option
	Add                        string // where the audience is named, "" for who may not
}

// readerLine is somebody who is to read a document.
type readerLine struct {
	Name, Unit string
	On         string // when he had read it
	Waived     bool
	Reason     string // why he need not
	Due        calendar.Date
	State      stateView
	Href, No   string // the sheet
}

// readersPanel is what a document's page says of its readers.
type readersPanel struct {
	Sum   string
	All   string // address of the page that tells of all, "" for who is told of himself
	Mine  string
	To    string // his sheet, where he has not read it yet
	Empty bool   // it is distributed to nobody
}

func (p *Pages) documentReaders(w http.ResponseWriter, r *http.Request) {
	q := ismskit.ReadersQuery{Document: r.PathValue("id"), Label: r.URL.Query().Get("version"), Audience: true}
	found, err := p.kit.Documents().Readers(r.Context(), p.actor(r), q)
	if err == nil && !found.Whole {
		err = ismskit.ErrNotFound // what he himself has read stands on the document's page
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	doc := found.Document
	page := readersPage{
		ID: doc.ID, Number: doc.Number, Title: document.TitleIn(doc.Title, p.lang(r)), Version: found.Version.Label,
		Sum: p.readersSum(r, found), Distributed: len(found.Lists) > 0, Empty: found.Empty,
		Missing: p.readerLines(r, found.Missing), Barred: p.readerLines(r, found.Barred),
	}
	for _, line := range p.readerLines(r, found.Readers) {
		if line.Waived {
			page.Waived = append(page.Waived, line)
		} else if line.On != "" {
			page.Read = append(page.Read, line)
		} else {
			page.Waiting = append(page.Waiting, line)
		}
	}
	if found.MayManage {
		page.Add = address("/lists/"+register.Distributions+"/new", "document", doc.ID)
		for i, id := range found.Lists {
			page.Lists = append(page.Lists, option{Value: "/lists/" + register.Distributions + "/" + id + "/edit", Label: p.text(r, "readers.audience", "N", i+1)})
		}
	}
	p.page(w, r, "document_readers", page)
}

// readersSum says how many are to read a version, and how many have.
func (p *Pages) readersSum(r *http.Request, found ismskit.DocumentReaders) string {
	all, read := found.Asked(), found.Read()
	return p.text(r, "readers.sum", "Version", found.Version.Label, "N", all, "Read", read, "Left", all-read)
}

func (p *Pages) readerLines(r *http.Request, readers []ismskit.DocumentReader) []readerLine {
	lines := make([]readerLine, len(readers))
	for i, one := range readers {
		lines[i] = readerLine{Name: p.called(r, one.Name), Unit: p.called(r, one.Unit), Due: one.Due, No: one.Number, Waived: !one.Waived.IsZero(), Reason: one.Reason}
		if one.Case != "" {
			lines[i].Href = "/cases/" + one.Case
		}
		switch {
		case !one.Read.IsZero():
			lines[i].On = p.moment(r, one.Read)
			lines[i].State = stateView{Kind: "done", Text: p.text(r, "readers.read")}
		case one.Late:
			lines[i].State = stateView{Kind: "late", Text: p.text(r, "readers.late")}
		case !one.Due.IsZero():
			lines[i].State = stateView{Kind: "wait", Text: p.text(r, "readers.waiting")}
		default:
			lines[i].State = stateView{Kind: "void", Text: p.text(r, "readers.ended")}
		}
	}
	return lines
}

// readersPanel is nil where there is nothing to say.
func (p *Pages) readersPanel(r *http.Request, d ismskit.DocumentReading) (*readersPanel, error) {
	if d.Version.Label == "" || d.Version.State == document.Waiting || d.Version.State == document.Withdrawn {
		return nil, nil
	}
	found, err := p.kit.Documents().Readers(r.Context(), p.actor(r), ismskit.ReadersQuery{Document: d.Document.ID, Label: d.Version.Label})
	if err != nil {
		return nil, err
	}
	panel := &readersPanel{Empty: len(found.Lists) == 0 && len(found.Readers) == 0}
	if found.Whole && (!panel.Empty || found.MayManage && d.InForce) {
		panel.Sum, panel.All = p.readersSum(r, found), address("/documents/"+d.Document.ID+"/readers", "version", d.Version.Label)
	}
	me := p.actor(r).Person
	for _, one := range found.Readers {
		switch {
		case one.Person != me:
		case !one.Read.IsZero():
			panel.Mine = p.text(r, "readers.you_have", "At", p.moment(r, one.Read))
		case !one.Due.IsZero():
			panel.Mine, panel.To = p.text(r, "readers.you_are_to", "Due", p.dayOf(r, one.Due)), "/cases/"+one.Case
		}
	}
	if panel.All == "" && panel.Mine == "" {
		return nil, nil
	}
	return panel, nil
}
