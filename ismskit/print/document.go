package print

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// paper is a version of a document for paper, all of it in words.
type paper struct {
	Lang                   string
	Agency, Title          string
	Class, Number, Version string
	Issued, State          string
	Band                   string
	Notices                []string
	Revisions              []revision
	Text                   *document.Tree
	Files                  []coveredFile // what the sheet is the cover of, where it has no text itself
	Code, Check            string        // its check code, and how it is asked about
	Copy, Printed, Note    string
	Proof                  string // whether it is as its trail left it
}

// coveredFile is a file of a version that is no text to be printed here: its sheet goes before it.
type coveredFile struct{ Name, Size, Digest string }

// revision is a line of the revision table.
type revision struct{ Label, Issued, Reviser, Description, Approver, Approved string }

func documentSheet(d ismskit.DocumentReading, o ismskit.Imprint) paper {
	p := printer{o: o, in: forms.Locale{Lang: o.Lang, Location: o.Location}}
	out := paper{
		Lang: o.Lang, Agency: o.Agency, Title: document.TitleIn(d.Title(), o.Lang), Class: o.Classes.Name(d.Document.Class, o.Lang),
		Number: d.Document.Number, Version: d.Version.Label, Issued: p.isoDay(d.Version.Issued),
		Band: d.Version.Band, Text: d.Text, Copy: document.TitleIn(d.Notice, o.Lang), Note: o.Note, Printed: p.printed(),
	}
	if d.Code != "" {
		out.Code = say(o.Lang, "check_code", "code", d.Code)
		if o.Check != "" {
			out.Check = say(o.Lang, "check_at", "at", o.Check, "number", d.Document.Number, "version", d.Version.Label, "code", d.Code)
		}
	}
	if out.Copy == "" {
		out.Copy = say(o.Lang, "copy")
	}
	proof := "document_proof"
	if len(d.Check.Faults) > 0 {
		proof = "document_proof_broken"
	}
	out.Proof = say(o.Lang, proof, "at", p.moment(o.Now), "n", strconv.Itoa(d.Check.Entries))
	if d.Text == nil {
		for _, f := range d.Version.Files {
			out.Files = append(out.Files, coveredFile{f.Name, forms.SizeText(f.Size), f.Digest})
		}
	}
	for _, n := range document.NoticesIn(d.Notices, o.Lang) {
		out.Notices = append(out.Notices, n.Text(o.Lang))
	}
	for _, v := range d.Versions {
		// A version's own table ends with itself; by what it was replaced is said above. One
		// that was withdrawn never was a revision, and stands on its own print alone.
		if v.Seq == d.Version.Seq || v.Seq < d.Version.Seq && v.State != document.Withdrawn {
			out.Revisions = append(out.Revisions, revision{v.Label, p.isoDay(v.Issued), v.Reviser, v.Description, v.Approver, strings.TrimSpace(p.isoDay(v.Approved) + " " + v.ApprovalNo)})
		}
	}
	return out
}

// isoDay writes a day as documents keep it; what is none is written as it is.
func (p printer) isoDay(iso string) string {
	var d calendar.Date
	if iso == "" || d.UnmarshalText([]byte(iso)) != nil {
		return iso
	}
	return p.day(d)
}

// printed says when and by whom.
func (p printer) printed() string {
	by := strings.TrimSpace(p.o.By.UnitName + " " + strings.TrimSpace(p.o.By.Name+" "+p.o.By.PostTitle))
	return say(p.o.Lang, "printed", "at", p.moment(p.o.Now), "by", by)
}
