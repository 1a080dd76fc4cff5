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
	Number  string       // of the case or, for a row, of its request
	Entries int64        // how many its record had when it was printed, with those of its rows
	At      time.Time    // of the last of those entries
	Later   int64        // how many have been made since
	Broken  bool         // the record no longer holds in itself
	Paper   string       // of a case that went on on paper NumberUsed once that was entered, NumberVoid where its number is void
	Row     int          // of which row of the request it is, from 1; 0 of the request itself
	Again   HandledAgain // of a row: whether it was handled once more since, or is
	Turn    int          // which handling of that row it is, from 1
}

// checkCase compares a print of a case with its record, by its number and the code printed on it. The
// code follows from all that the case said when it was printed: whoever has it has the print, and is
// told nothing else. Without a row in the number it may be the print of any of its rows: the answer
// says of which. A wrong code for a number that is there costs reading its record: that there is a
// number its neighbours tell, and visitors ask only so often.
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
		if slices.ContainsFunc(rows, func(of CaseRow) bool { return of.ID == row.Parent }) {
			continue // read with its request
		}
		whole, err := k.recordedOf(ctx, row)
		if err != nil {
			return nil, err
		}
		for i := range whole {
			one := whole[i : i+1]
			if i == 0 {
				one = whole
			}
			found, err := k.printedOf(ctx, one, code)
			if err != nil {
				return nil, err
			}
			if found != nil && (!ofRow || found.Row == no && found.Turn == turn) {
				found.Again = handledAfter(whole, i)
				return []VersionCheck{{Case: found}}, nil
			}
		}
	}
	return nil, nil
}

// handledAfter is what Case.Again says of the row at i.
func handledAfter(whole []recordOfCase, i int) (again HandledAgain) {
	of, turn := whole[i].of.row, 0
	for j, other := range whole {
		if row := other.of.row; of.ParentRow == "" || row.ParentRow != of.ParentRow || row.Type != of.Type {
			continue
		}
		if turn++; j > i {
			again = again.with(turn, other.of.state)
		}
	}
	return again
}

// recordOfCase is a case with its chain.
type recordOfCase struct {
	of    caseInHand
	chain []TrailEntry
}

// recordedOf is a case with its rows; nothing where it can't be read any more.
func (k *Kit) recordedOf(ctx context.Context, row CaseRow) ([]recordOfCase, error) {
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
	out := make([]recordOfCase, 0, len(rows)+1)
	for _, c := range append([]caseInHand{one}, rows...) {
		chain, err := k.trailRows(ctx, chainOf(c.row.ID))
		if err != nil {
			return nil, err
		}
		out = append(out, recordOfCase{c, chain})
	}
	return out, nil
}

// printedOf looks for the entry after which a case, the first, was printed with its rows, nil
// where it never had the code. Only where it is found the record is checked.
func (k *Kit) printedOf(ctx context.Context, whole []recordOfCase, code string) (found *PrintedCase, err error) {
	chains := make([][]TrailEntry, len(whole))
	for i, one := range whole {
		chains[i] = one.chain
	}
	at, there := printedAfter(chains, code)
	if !there {
		return nil, nil
	}
	n, last := at.entries()
	row := whole[0].of.row
	found = &PrintedCase{Number: row.Number, Entries: int64(n), At: last}
	if found.Paper, err = k.paperEnded(ctx, whole[0].of); err != nil {
		return nil, err
	}
	if row.Parent != "" {
		is, err := k.calledRow(ctx, row)
		if err != nil {
			return nil, err
		}
		found.Row, found.Turn = is.row, max(is.turn, 1)
	}
	for _, one := range whole {
		found.Later += int64(len(one.chain))
		_, faults, err := k.trail(ctx, one.of)
		if err != nil {
			return nil, err
		}
		found.Broken = found.Broken || len(faults) > 0
	}
	found.Later -= found.Entries
	return found, nil
}

// paperEnded is what became of the paper by which a case, or the request of a row, went on; "" where
// it is still awaited, and of any other. Whoever carries it around need not carry it further.
func (k *Kit) paperEnded(ctx context.Context, c caseInHand) (string, error) {
	if !c.wentToPaper() {
		return "", nil
	}
	n, found, err := k.reservedNumber(ctx, c.row.Number)
	if err != nil || !found || n.From != c.row.ID && n.From != c.row.Parent || n.State == NumberFree {
		return "", err
	}
	return n.State, nil
}

// plainCode is a code without what is typed between its characters.
func plainCode(typed string) string {
	return strings.NewReplacer("-", "", " ", "").Replace(document.TypedNumber(typed))
}
