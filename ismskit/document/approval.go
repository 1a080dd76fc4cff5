package document

import "strings"

// Ways in which a version was approved.
const (
	ByCase  = "case"  // signed online, as the case's own effect alone says: ApprovalNo is its number
	ByPaper = "paper" // approved outside the system: ApprovalNo is that of the letter
	// ByRegister says that it was entered in the register, and nothing of it was signed here:
	// ApprovalNo is what is printed on it, if anything.
	ByRegister = "register"
	// ByImport is a version that was issued before the system was, and taken in with what its index
	// says of it: nobody signed it here. Nobody enters one so by hand.
	ByImport = "import"
)

// Ways are the ways in which a version that somebody enters was approved. None of them is ByCase:
// what was signed here nobody has to say.
func Ways() []string { return []string{ByRegister, ByPaper} }

// Unapproved is what is missing of how a version was approved: by whom, the way and the
// of one approved outside the system the number by which it is found again and the day. nil where
// nothing is.
func Unapproved(v Version) Refusals {
	var out Refusals
	switch v.ApprovalWay {
	case ByRegister, ByPaper:
	case ByCase:
		out = append(out, refuseAt(FieldApprovalWay, "way_by_case"))
	case "":
		out = append(out, refuseAt(FieldApprovalWay, "way_needed"))
	default:
		out = append(out, refuseAt(FieldApprovalWay, "way_unknown", "way", v.ApprovalWay))
	}
	if strings.TrimSpace(v.ApprovalNo) == "" && v.ApprovalWay == ByPaper {
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

// RefuseLetter is the refusal of what was approved outside, where the house has a form for it
// by which a second person confirms it.
func RefuseLetter() *Refusal { return refuseAt(FieldApprovalWay, "way_by_letter") }

// RefuseUnsigned is the refusal of what somebody does by hand in a house whose documents change by
// sign-off alone.
func RefuseUnsigned() *Refusal { return refuseAt(FieldLabel, "signed_only") }

// RefuseUnderWay is the refusal of a version that somebody files by hand while a request for another
// one is on its way: that could only be returned then.
func RefuseUnderWay() *Refusal { return refuseAt(FieldLabel, "under_way") }

// RefuseLowered is the refusal, in such a house, of a lower level that is entered by hand.
func RefuseLowered() *Refusal { return refuseAt(FieldLevel, "level_signed") }

// RefuseRetiring is the refusal, in such a house, of a correction that says otherwise which
// documents are retired with the next version.
func RefuseRetiring() *Refusal { return refuseAt(FieldRelations, "retiring_signed") }

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
