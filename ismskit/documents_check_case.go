package ismskit

import (
	"context"
	"strings"
	"time"
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
	rows, err := k.listCases(ctx, CaseQuery{Number: number, Limit: mostNumbered})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if (row.Parent != "") != ofRow {
			continue
		}
		one, err := k.inHand(ctx, row)
		if unread(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if ofRow && (one.rowNo() != no || max(one.extra.Turn, 1) != turn) {
			continue
		}
		entries, faults, err := k.trail(ctx, one)
		if err != nil {
			return nil, err
		}
		for i, e := range entries {
			if plainCode(PrintCode(e.Hash.String())) == code {
				return []VersionCheck{{Case: &PrintedCase{Entries: e.Seq, At: e.At, Later: int64(len(entries) - i - 1), Broken: len(faults) > 0}}}, nil
			}
		}
	}
	return nil, nil
}

// plainCode is a code without what is typed between its characters.
func plainCode(typed string) string {
	return strings.ToUpper(strings.Join(strings.FieldsFunc(typed, func(r rune) bool { return r == '-' || r == ' ' || r == '　' }), ""))
}
