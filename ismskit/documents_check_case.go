package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
)

// PrintedCase says of a print of a case whether it shows what is on record.
type PrintedCase struct {
	Entries int64     // how far the record went when it was printed
	At      time.Time // of the last of those entries
	Later   int64     // how many have been made since
	Broken  bool      // the record no longer holds in itself
}

// printCodeLength is how many characters of an entry's hash stand on a print.
const printCodeLength = 12

// PrintCode is what is printed on a case of which an entry of that hash is the last (驗證碼), "" where
// nothing is on record yet.
func PrintCode(hash string) string {
	if len(hash) < printCodeLength {
		return ""
	}
	hash = strings.ToUpper(hash[:printCodeLength])
	return hash[:4] + "-" + hash[4:8] + "-" + hash[8:]
}

// checkCase compares a print of a case with its record, by its number and the code printed on it. The
// code follows from all that the case said when it was printed: whoever has it has the print, and is
// told nothing else.
func (k *Kit) checkCase(ctx context.Context, c Copy) ([]VersionCheck, error) {
	code := plainCode(c.Code)
	if c.Digest != "" || c.Number == "" || len(code) != printCodeLength {
		return nil, nil
	}
	number, no, turn, ofRow := rowNumber(c.Number)
	if !ofRow {
		number = c.Number
	}
	rows, err := k.casesNumbered(ctx, number)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if (row.Parent != "") != ofRow {
			continue
		}
		if ofRow {
			is, err := k.calledRow(ctx, row)
			if err != nil {
				return nil, err
			}
			if is.row != no || max(is.turn, 1) != turn {
				continue
			}
		}
		if found, err := k.printedOf(ctx, row, code); err != nil || found != nil {
			return found, err
		}
	}
	return nil, nil
}

// printedOf looks for the entry after which a case was printed. Only where it is found the record is
// checked: a wrong code costs one look at the hashes more than a number that nobody has.
func (k *Kit) printedOf(ctx context.Context, row CaseRow, code string) ([]VersionCheck, error) {
	_, rows, err := k.caseAndTrail(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(rows, func(e TrailEntry) bool { return plainCode(PrintCode(e.Hash.String())) == code })
	if at < 0 {
		return nil, nil
	}
	one, err := k.inHand(ctx, row)
	if unread(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	entries, faults, err := k.trail(ctx, one)
	if err != nil || at >= len(entries) {
		return nil, err
	}
	return []VersionCheck{{Case: &PrintedCase{Entries: entries[at].Seq, At: entries[at].At, Later: int64(len(entries) - at - 1), Broken: len(faults) > 0}}}, nil
}

// plainCode is a code without what is typed between its characters.
func plainCode(typed string) string {
	return strings.NewReplacer("-", "", " ", "").Replace(document.TypedNumber(typed))
}
