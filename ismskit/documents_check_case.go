package ismskit

import (
	"context"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
)

// PrintedCase says of a print of a case whether it shows what is on record.
type PrintedCase struct {
	Number  string    // of the case or, for a row, of its request
	Entries int64     // how many its record had when it was printed, with those of its rows
	At      time.Time // of the last of those entries
	Later   int64     // how many have been made since
	Broken  bool      // the record no longer holds in itself
	Row     int       // of which row of the request it is, from 1; 0 of the request itself
	Turn    int       // for the how manieth time that row was handled then
}

// checkCase compares a print of a case with its record, by its number and the code printed on it. The
// code follows from all that the case said when it was printed: whoever has it has the print, and is
// told nothing else. Without a row in the number it may be the print of any of its rows: the answer
// says of which.
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
		if ofRow {
			if row.Parent == "" {
				continue
			}
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
// checked: a wrong code costs some looks at the hashes more than a number that nobody has.
func (k *Kit) printedOf(ctx context.Context, row CaseRow, code string) ([]VersionCheck, error) {
	one, err := k.inHand(ctx, row)
	if unread(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := k.children(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	whole := append([]caseInHand{one}, rows...)
	chains := make([][]TrailEntry, len(whole))
	for i, c := range whole {
		if chains[i], err = k.trailRows(ctx, chainOf(c.row.ID)); err != nil {
			return nil, err
		}
	}
	at, there := printedAfter(chains, code)
	if !there {
		return nil, nil
	}
	n, last := at.entries()
	found := PrintedCase{Number: row.Number, Entries: int64(n), At: last}
	for _, entries := range chains {
		found.Later += int64(len(entries))
	}
	found.Later -= found.Entries
	if row.Parent != "" {
		is, err := k.calledRow(ctx, row)
		if err != nil {
			return nil, err
		}
		found.Row, found.Turn = is.row, max(is.turn, 1)
	}
	for _, c := range whole {
		_, faults, err := k.trail(ctx, c)
		if err != nil {
			return nil, err
		}
		found.Broken = found.Broken || len(faults) > 0
	}
	return []VersionCheck{{Case: &found}}, nil
}

// plainCode is a code without what is typed between its characters.
func plainCode(typed string) string {
	return strings.NewReplacer("-", "", " ", "").Replace(document.TypedNumber(typed))
}
