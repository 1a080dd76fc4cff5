package catalog

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// documents are filed on the days on which their versions were issued.
func (l *loader) documents(ctx context.Context) error {
	procedures, err := Procedures(l.parameters())
	if err != nil {
		return err
	}
	texts := map[string]Procedure{}
	for _, p := range procedures {
		texts["documents/"+p.name] = p
	}
	for _, d := range l.books.Documents {
		filings := l.listed(d)
		if d.File != "" {
			if filings, err = l.written(ctx, d, texts[d.File]); err != nil {
				return err
			}
		}
		if err := l.file(d, filings); err != nil {
			return err
		}
	}
	return nil
}

// listed is a document of which only the list says something: its versions in their order.
func (l *loader) listed(d documentRow) []ismskit.Filing {
	f := ismskit.Filing{
		Document: document.Document{
			Number: d.Number, FormerNumbers: d.FormerNumbers, Title: d.Title, Level: d.Level, Class: d.Class,
			Owner: l.ownerOf(d), Unit: l.known(register.Units, d.Owner), Group: l.known(register.Groups, d.Owner), Parent: d.Parent, Type: d.Type, NextReview: d.NextReview, Note: d.Note,
		},
		Version:   document.Version{Label: d.Version, Issued: d.Issued, Reviser: l.ownerOf(d), ApprovalNo: d.Approval.Number},
		Duplicate: d.Flag == "number_used_twice",
	}
	if d.Approval.Way != "" {
		f.Version.ApprovalWay = document.ByPaper
	}
	var out []ismskit.Filing
	for _, before := range d.Earlier {
		old := f
		old.Version = document.Version{Label: before.Version, Issued: before.Issued, Reviser: f.Version.Reviser}
		out = append(out, old)
	}
	return append(out, f)
}

// written is a document whose text comes with it.
func (l *loader) written(ctx context.Context, d documentRow, p Procedure) ([]ismskit.Filing, error) {
	if p.name == "" {
		return nil, fmt.Errorf("%s: there is no text %s", d.Number, d.File)
	}
	file, err := p.Keep(ctx, l.blobs)
	if err != nil {
		return nil, err
	}
	filings := p.Filings(file)
	for i := range filings {
		f := &filings[i]
		f.Document.Note = d.Note
		f.Document.Unit, f.Document.Group = l.known(register.Units, d.Owner), l.known(register.Groups, d.Owner)
		f.Version.Approver = l.called(f.Version.Approver)
	}
	return filings, nil
}

func (l *loader) ownerOf(d documentRow) string {
	if name := l.books.names[register.Groups+"/"+d.Owner]; name != "" {
		return name
	}
	return l.books.names[register.Units+"/"+d.Owner]
}

// known is the id of a row of a list, "" where the list has none such.
func (l *loader) known(list, id string) string {
	if l.books.names[list+"/"+id] == "" {
		return ""
	}
	return id
}

// called takes the demonstration agency's name out of a post where another
// agency's was asked for.
func (l *loader) called(post string) string {
	if l.renamed == "" {
		return post
	}
	return strings.TrimPrefix(post, l.renamed)
}

// file puts the filings of one document, and its end, into the order of time.
func (l *loader) file(d documentRow, filings []ismskit.Filing) error {
	id := ""
	for _, f := range filings {
		day, err := calendar.ParseDate(f.Version.Issued)
		if err != nil {
			return fmt.Errorf("%s: %w", d.Number, err)
		}
		l.at(l.morning(day), func(ctx context.Context) error {
			f.Document.ID = id
			made, err := l.kit.Documents().Put(ctx, loading, f)
			id = made
			return err
		}, "document %s %s", d.Number, f.Version.Label)
	}
	if d.Retired == "" {
		return nil
	}
	day, err := calendar.ParseDate(d.Retired)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Number, err)
	}
	l.at(l.morning(day), func(ctx context.Context) error {
		return l.kit.Documents().End(ctx, loading, ismskit.DocumentEnd{Document: id, Reason: d.Note})
	}, "document %s retired", d.Number)
	return nil
}

// morning is the first hour of a day's office.
func (l *loader) morning(d calendar.Date) time.Time { return d.Start(l.days.office).Add(9 * time.Hour) }
