package document

import "strings"

// Ways in which a version was approved.
const (
	ByCase  = "case"  // signed online: ApprovalNo is the case's number
	ByPaper = "paper" // approved outside the system: ApprovalNo is that of the letter
)

// Refusals is everything that document control does not accept at once. Each is found
// by errors.As as well.
type Refusals []*Refusal

// Error renders the refusals in English.
func (r Refusals) Error() string {
	parts := make([]string, len(r))
	for i, one := range r {
		parts[i] = one.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap gives the single ones.
func (r Refusals) Unwrap() []error {
	out := make([]error, len(r))
	for i, one := range r {
		out[i] = one
	}
	return out
}

// Unapproved is what is missing of how a version was approved: by whom, the way and the
// number by which it is found again, and of one approved outside the system the day. nil where
// nothing is.
func Unapproved(v Version) Refusals {
	var out Refusals
	switch v.ApprovalWay {
	case ByCase, ByPaper:
	case "":
		return Refusals{refuse("way_needed")}
	default:
		return Refusals{refuse("way_unknown", "way", v.ApprovalWay)}
	}
	unnumbered := strings.TrimSpace(v.ApprovalNo) == ""
	switch {
	case unnumbered && v.ApprovalWay == ByCase:
		out = append(out, refuse("case_no_needed"))
	case unnumbered:
		out = append(out, refuse("approval_no_needed"))
	}
	if strings.TrimSpace(v.Approver) == "" {
		out = append(out, refuse("approver_needed"))
	}
	if v.ApprovalWay == ByPaper && v.Approved == "" {
		out = append(out, refuse("approved_needed"))
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
		return refuse("supersedes_none", "said", said)
	case v.State == Waiting:
		return refuse("supersedes_later", "old", current, "new", v.Label, "on", v.Issued)
	}
	return refuse("supersedes", "old", current, "new", v.Label)
}

// Replaces is the version of which a refusal of Supersedes asks whether it shall be
// replaced; ok is false for any other refusal.
func (r *Refusal) Replaces() (label string, ok bool) {
	return r.Params["old"], r.Code == "supersedes" || r.Code == "supersedes_later"
}
