package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
)

// What a comparison holds at most; what is beyond is said in its last row.
const (
	mostCompared   = 400     // clauses
	mostComparedIn = 400_000 // characters of all of them
	clauseTold     = 8_000   // characters of one
	clauseNamed    = 150     // characters of its number
)

// Options of ChangeCompared: what became of the comparison. Those of a file that cannot be read
// are one of the reasons behind ComparedOld or ComparedNew.
const (
	ComparedDiffers = "differs"
	ComparedEqual   = "equal"  // nothing but spaces, line breaks and pictures may differ
	ComparedPart    = "part"   // there is more than was compared, or than is told
	ComparedLate    = "late"   // the files were not read in time
	ComparedUnlike  = "unlike" // a workbook and a text
	ComparedNoOld   = "no_old" // there is no file of a version in force

	ComparedOld = "old_" // the file of the version in force cannot be compared
	ComparedNew = "new_" // that of the new text cannot

	comparedGone   = "gone"   // it is not where files are kept
	comparedScan   = "scan"   // nothing in it is text
	comparedLocked = "locked" // it opens with a password only
	comparedBroken = "broken"
	comparedLarge  = "large"
	comparedKind   = "kind" // text is not read out of such files
)

// comparedStates are all options of ChangeCompared.
func comparedStates() []string {
	out := []string{ComparedDiffers, ComparedEqual, ComparedPart, ComparedLate, ComparedUnlike, ComparedNoOld}
	for _, of := range []string{ComparedOld, ComparedNew} {
		for _, reason := range []string{comparedGone, comparedScan, comparedLocked, comparedBroken, comparedLarge, comparedKind} {
			out = append(out, of+reason)
		}
	}
	return out
}

// comparison says what became of comparing the new text of a request with the one in force,
// and is the table of clauses in which they differ; left is what is in neither. Whoever signs is told where he has to
// compare them himself; "" is for a request that has no file yet.
func (k *Kit) comparison(ctx context.Context, ch docChange, values forms.Values) (state string, rows []forms.Row, left []string, err error) {
	file, _ := values[ChangeFile].(forms.File)
	if file.Digest == "" {
		return "", nil, nil, nil
	}
	at := slices.IndexFunc(ch.versions, func(v document.Version) bool { return v.Label == ch.doc.Current })
	if at < 0 {
		return ComparedNoOld, nil, nil, nil
	}
	old, ok := ch.versions[at].Main()
	if !ok {
		return ComparedNoOld, nil, nil, nil
	}
	if state := largeTogether(old.Size, file.Size); state != "" {
		return state, nil, nil, nil
	}
	found, err := k.compareFiles(ctx, old.Digest, file.Digest)
	if err != nil {
		return "", nil, nil, err
	}
	rows, all := k.comparedRows(found.differences)
	if found.state == ComparedDiffers && !all {
		found.state = ComparedPart
	}
	return found.state, rows, found.left, nil
}

// comparedTogether is how large two files may be together to be compared, in bytes. What their reading
// keeps in memory at once is at most that with what they unpack to (comparedLimits), and two
// comparisons go on at a time.
const comparedTogether = 24 << 20

// largeTogether is the state of a comparison of two files that are too large for it, of which the larger
// is named; "" where they are not.
func largeTogether(old, new int64) string {
	switch {
	case old+new <= comparedTogether:
		return ""
	case old > new:
		return ComparedOld + comparedLarge
	}
	return ComparedNew + comparedLarge
}

// byHand is the row that says what became of a comparison where the form has no field for it,
// as types from before have none.
func (k *Kit) byHand(state string, rows []forms.Row, left []string) []forms.Row {
	if len(left) > 0 {
		rows = append(rows, forms.Row{forms.RowID: "left", CompareClause: k.text("change.left_out", nil), CompareKind: string(document.Changed)})
	}
	key := "change.by_hand"
	switch state {
	case "", ComparedDiffers:
		return rows
	case ComparedEqual:
		key = "change.equal"
	}
	return append(rows, forms.Row{forms.RowID: "state", CompareClause: k.text(key, nil), CompareKind: string(document.Changed)})
}

// comparedRows are the rows of the table, and whether they are all.
func (k *Kit) comparedRows(differences []document.Difference) (rows []forms.Row, all bool) {
	size := 0
	for i, d := range differences {
		row := forms.Row{forms.RowID: fmt.Sprintf("c%d", i+1), CompareClause: k.clauseName(d), CompareKind: string(d.Kind)}
		for column, text := range map[string]string{CompareOld: d.Old.Text, CompareNew: d.New.Text} {
			if text != "" {
				row[column] = clipped(text, clauseTold)
				size += utf8.RuneCountInString(text)
			}
		}
		if i >= mostCompared || size > mostComparedIn {
			more := k.text("change.more", map[string]string{"n": strconv.Itoa(len(differences) - i)})
			return append(rows, forms.Row{forms.RowID: "more", CompareClause: more, CompareKind: string(document.Changed)}), false
		}
		rows = append(rows, row)
	}
	return rows, true
}

// clauseName is what a row of the comparison is called: the clause's number, and the former
// one where it has another now.
func (k *Kit) clauseName(d document.Difference) string {
	part := d.New
	if d.Kind == document.Removed {
		part = d.Old
	}
	name := clipped(d.Address(), clauseNamed/2)
	switch {
	case part.Row > 0:
		return k.text("change.row", map[string]string{"sheet": name, "row": strconv.Itoa(part.Row)})
	case name == "":
		return k.text("change.unnumbered", nil)
	case d.Old.Address != "" && d.New.Address != "" && d.Old.Address != d.New.Address:
		return k.text("change.renumbered", map[string]string{"was": clipped(d.Old.Address, clauseNamed/2), "is": name})
	}
	return name
}

// clipped is the beginning of a text that is too long.
func clipped(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
