package document

import "strings"

// Ways in which a version was approved.
const (
	ByCase  = "case"  // signed online: ApprovalNo is the case's number
	ByPaper = "paper" // approved outside the system: ApprovalNo is that of the letter
)

// Ways are the ways in which a version that somebody enters was approved.
func Ways() []string { return []string{ByPaper, ByCase} }

// Unapproved is what is missing of how a version was approved: by whom, the way and the
// number by which it is found again, and of one approved outside the system the day. nil where
// nothing is.
func Unapproved(v Version) Refusals {
	var out Refusals
	switch v.ApprovalWay {
	case ByCase, ByPaper:
	case "":
		out = append(out, refuseAt(FieldApprovalWay, "way_needed"))
	default:
		out = append(out, refuseAt(FieldApprovalWay, "way_unknown", "way", v.ApprovalWay))
	}
	unnumbered := strings.TrimSpace(v.ApprovalNo) == ""
	switch {
	case unnumbered && v.ApprovalWay == ByCase:
		out = append(out, refuseAt(FieldApprovalNo, "case_no_needed"))
	case unnumbered && v.ApprovalWay == ByPaper:
		out = append(out, refuseAt(FieldApprovalNo, "approval_no_needed"))
	}
	if strings.TrimSpace(v.Approver) == "" {
		out = append(out, refuseAt(FieldApprover, "approver_needed"))
	}
	if v.ApprovalWay == ByPaper && v.Approved == "" {
		out = append(out, refuseAt(FieldApproved, "approved_needed"))
	}
	return out
}

// Supersedes refuses to put a version in the place of another while whoever files it
// has not said that he means to: said is the label that he named, current the one in
// force, "" where there is none.
func Supersedes(said, current string, v Version) error {
	switch {
	case said == current:
		return nil
	case current == "":
		return refuseAt(FieldSupersedes, "supersedes_none", "said", said)
	case v.State == Waiting:
		return refuseAt(FieldSupersedes, "supersedes_later", "old", current, "new", v.Label, "on", v.Issued)
	}
	return refuseAt(FieldSupersedes, "supersedes", "old", current, "new", v.Label)
}

// Replaces is the version of which a refusal of Supersedes asks whether it shall be
// replaced; ok is false for any other refusal.
func (r *Refusal) Replaces() (label string, ok bool) {
	return r.Params["old"], r.Code == "supersedes" || r.Code == "supersedes_later"
}
