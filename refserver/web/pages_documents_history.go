package web

import (
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// The versions of a document, and what was done to it.

// actLine is something that was done to a document.
type actLine struct {
	ismskit.DocumentAct
	What string
	Who  string   // by whom, and whose deputy he was
	Href string   // of the request by which it was done
	Said []string // what a correction changed
}

// actLines are the acts, newest first.
func (p *Pages) actLines(r *http.Request, scale ismskit.Classes, acts []ismskit.DocumentAct) []actLine {
	var out []actLine
	for _, a := range slices.Backward(acts) {
		line := actLine{DocumentAct: a, What: a.Text(p.lang(r))}
		switch {
		case a.By.Person == ismskit.SystemPerson:
			line.Who = p.text(r, "case.system")
		case a.For != nil:
			line.Who = p.text(r, "documents.act_for", "By", p.signer(r, a.By), "For", p.signer(r, *a.For))
		default:
			line.Who = p.signer(r, a.By)
		}
		if a.Case != "" {
			line.Href = "/cases/" + a.Case
		}
		for _, f := range a.Facts {
			line.Said = append(line.Said, p.factSaid(r, scale, f))
		}
		out = append(out, line)
	}
	return out
}

// versionLine is a version in the revision table.
type versionLine struct {
	Label        string
	Issued       calendar.Date
	Reviser      string
	Description  string
	Approver     string
	ApprovalWay  string
	ApprovalNo   string
	Approved     calendar.Date
	State        stateView
	SupersededBy string
	Open         bool // the one on this page
	// WithdrawnBy is who took it back, and Why the reason; "" unless it was.
	WithdrawnBy, Why string
	WithdrawnOn      calendar.Date
	StoppedOn        calendar.Date
	Stopped          *actLine // by which it was stopped, nil for none
	// Shadowed are the files of a withdrawn version whose label another one bears, so that it
	// has no page of its own; nil for any other.
	Shadowed []fileLine
	Plain    bool // it has no page of its own
	// ByCase is the page of the request that issued it, and CaseNo its number; "" where the
	// reader may not read it, or none did.
	ByCase, CaseNo string
}

// ending is the act that ended the version of a label, the document for "", nil for none.
func ending(acts []actLine, label string) *actLine {
	i := slices.IndexFunc(acts, func(a actLine) bool { return a.Ends && a.Label == label })
	if i < 0 {
		return nil
	}
	return &acts[i]
}

// versionLine is a version for the revision table and the facts above it.
func (p *Pages) versionLine(r *http.Request, d ismskit.DocumentReading, v document.Version) versionLine {
	line := versionLine{
		Label: v.Label, Issued: isoDate(v.Issued), Reviser: p.called(r, v.Reviser), Description: v.Description, Approver: v.Approver,
		ApprovalWay: p.approvalWay(r, v.ApprovalWay), ApprovalNo: v.ApprovalNo, Approved: isoDate(v.Approved),
		State: p.documentState(r, string(v.State)), SupersededBy: v.SupersededBy, Open: v.Label == d.Version.Label && v.Seq == d.Version.Seq,
	}
	if v.Case != "" {
		line.ByCase, line.CaseNo = "/cases/"+v.Case, v.ApprovalNo
	}
	if w := v.Withdrawal; w != nil {
		line.WithdrawnBy, line.WithdrawnOn, line.Why = w.By, isoDate(w.On), w.Reason
	}
	line.StoppedOn = isoDate(v.Stopped)
	return line
}

// history is the revision table. A label that was freed leads to the version that bears it now.
func (p *Pages) history(r *http.Request, d ismskit.DocumentReading) []versionLine {
	lines := make([]versionLine, len(d.Versions))
	for i, v := range d.Versions {
		lines[i] = p.versionLine(r, d, v)
		if slices.ContainsFunc(d.Versions[i+1:], func(later document.Version) bool { return later.Label == v.Label }) {
			lines[i].Plain, lines[i].Shadowed = true, p.fileLines(r, d, v)
		}
	}
	return lines
}
