package ismskit

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// rowNumbers read what NumberIn and RowNumberIn write, in each language, however spaces and
// brackets were typed.
var rowNumbers = sync.OnceValue(func() []*regexp.Regexp {
	blank := regexp.MustCompile(`\s+`)
	var out []*regexp.Regexp
	for _, lang := range languages {
		for _, key := range []string{"number.row", "number.row_turn"} {
			text := blank.ReplaceAllString(norm.NFKC.String(say(lang, key, nil)), "")
			var letters []string // spaces may stand between any two
			for _, r := range text {
				letters = append(letters, regexp.QuoteMeta(string(r)))
			}
			pattern := strings.Join(letters, `\s*`)
			for name, part := range map[string]string{"number": `(?P<number>.+?)`, "row": `(?P<row>\d{1,4})`, "turn": `(?P<turn>\d{1,4})`} {
				pattern = strings.ReplaceAll(pattern, `\{\s*`+strings.Join(strings.Split(name, ""), `\s*`)+`\s*\}`, part)
			}
			out = append(out, regexp.MustCompile("(?i)^"+pattern+"$"))
		}
	}
	return out
})

// rowNumber is the number of a request and which of its rows a text names as pages and
// notices write it: 「IS-04-012-115-0092（第 3 列）」. Its letters stay as they were typed.
func rowNumber(text string) (number string, row, turn int, ok bool) {
	text = document.PlainNumber(text)
	for _, pattern := range rowNumbers() {
		m := pattern.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		turn = 1
		for i, name := range pattern.SubexpNames() {
			switch name {
			case "number":
				number = m[i]
			case "row":
				row, _ = strconv.Atoi(m[i]) // four digits at most
			case "turn":
				turn, _ = strconv.Atoi(m[i])
			}
		}
		return number, row, turn, true
	}
	return "", 0, 0, false
}

// aRow turns a query by the number of a row, which no text holds, into one for that row, where its
// reader may see it: for another one it stays a text like any, so that it does not tell which rows
// there are. The rights are in the query.
func (r Records) aRow(ctx context.Context, q record.Query) (record.Query, error) {
	number, no, turn, ok := rowNumber(q.Text)
	if !ok {
		return q, nil
	}
	rows, err := r.k.casesNumbered(ctx, number)
	if err != nil {
		return q, err
	}
	var ids []string
	for _, row := range rows {
		is, err := r.k.calledRow(ctx, row)
		if err != nil {
			return q, err
		}
		if id := recordID(row.ID); is.row > 0 && is.row == no && max(is.turn, 1) == turn && (len(q.IDs) == 0 || slices.Contains(q.IDs, id)) {
			ids = append(ids, id)
		}
	}
	if ids, err = r.seen(ctx, q, ids); err != nil || len(ids) == 0 {
		return q, err
	}
	if q.Text, q.IDs = "", ids; len(q.Kinds) > 0 && !slices.Contains(q.Kinds, RecordRow) {
		q.Kinds = append(slices.Clip(q.Kinds), RecordRow)
	}
	return q, nil
}

// casesNumbered are all cases of a number, however it was typed: a type may write small letters in
// its numbers.
func (k *Kit) casesNumbered(ctx context.Context, number string) ([]CaseRow, error) {
	var out []CaseRow
	for _, typed := range document.NumberKeys(number) {
		for ask := (CaseQuery{Number: typed, Limit: rowsAtATime}); ; {
			rows, err := k.listCases(ctx, ask)
			if err != nil {
				return nil, err
			}
			out = append(out, rows...)
			if len(rows) < ask.Limit {
				break
			}
			last := rows[len(rows)-1]
			ask.After, ask.AfterID = last.Created, last.ID
		}
	}
	return out, nil
}

// rowsAtATime is how many cases of one number are read at a time: a request has hundreds of rows
// at most, but each may have been handled often.
var rowsAtATime = 500

// seen are those of some records that whoever asks a query may read.
func (r Records) seen(ctx context.Context, q record.Query, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var out []string
	err := r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Records().Query(ctx, record.Query{ACLs: q.ACLs, All: q.All, Reader: q.Reader, Also: q.Also, IDs: ids, Limit: len(ids)})
		for _, one := range found {
			out = append(out, one.ID)
		}
		return err
	})
	return out, err
}
