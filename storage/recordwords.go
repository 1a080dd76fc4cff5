package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit/record"
)

const (
	// fewTexts is how many texts are few, to begin with those that hold the words. SQLite reads
	// them off the word's list. PostgreSQL has read that list to its end before it gives the first, or
	// reads texts one after the other, so that it is not asked for many.
	fewTexts         = 2000
	fewTextsPostgres = 300
	// wordy is how many records are looked at for each that is wanted, and wordyLeast how many
	// at least, for words that many texts hold, before all these texts are.
	wordy      = 4
	wordyLeast = 400
)

func (f *finder) fewTexts() int {
	if f.e.Postgres {
		return fewTextsPostgres
	}
	return fewTexts
}

// texts hold the words; no more than one needs to know that they are not few.
func (f *finder) texts() *bun.SelectQuery {
	if f.e.Postgres {
		return f.from("isms_record_terms AS t").ColumnExpr("t.record AS id").Where("t.terms @@ ?::tsquery", f.match).Limit(fewTextsPostgres + 1)
	}
	return f.from("isms_record_index").ColumnExpr("rowid AS place").Where("isms_record_index MATCH ?", f.match).Limit(fewTexts + 1)
}

// weigh asks whether few texts hold the words.
func (f *finder) weigh(ctx context.Context) error {
	if f.match == "" {
		return nil
	}
	found, err := f.built(ctx, f.e.Builder.NewSelect().TableExpr("(?) AS t", f.texts()).ColumnExpr("count(*)"))
	if err != nil {
		return err
	}
	n := 0
	_, err = first(found, &n)
	f.rare = n <= f.fewTexts()
	return err
}

// fewWorded reads the page in one go where few texts hold the words: the words' list is read
// once. Where many hold them, nothing else was read.
func (f *finder) fewWorded(ctx context.Context, n int) (page []record.Record, few bool, err error) {
	texts, id := "x CROSS JOIN isms_record_terms AS c ON c.place = x.place", "c.record"
	if f.e.Postgres {
		texts, id = "x AS c", "c.id"
	}
	places := f.among(texts, id, n, nil, given{counted("x", "<=", f.fewTexts())})
	rows, err := f.built(ctx, f.e.Builder.NewSelect().With("x", f.texts()).
		TableExpr("(SELECT count(*) AS n FROM x) AS k").
		Join("LEFT JOIN (?) AS u ON true", places).Join(f.e.qualify("LEFT JOIN isms_records AS r ON r.id = u.id")).
		ColumnExpr("k.n, r.body").OrderExpr("u.filed DESC, u.id DESC"))
	if err != nil {
		return nil, false, err
	}
	held := 0
	bodies, err := all(rows, nil, func(rows Rows) (body []byte, err error) {
		err = rows.Scan(&held, &body)
		return body, err
	})
	if err != nil || held > f.fewTexts() {
		return nil, false, err
	}
	for _, body := range bodies {
		if body == nil { // the one row of a page with nothing on it
			continue
		}
		var r record.Record
		if err := json.Unmarshal(body, &r); err != nil {
			return nil, false, err
		}
		page = append(page, r)
	}
	return page, true, nil
}

// worded looks at each record whose text holds the words.
func (f *finder) worded(n int, all ...given) *bun.SelectQuery {
	if f.e.Postgres { // the limit keeps it from reading all that the reader may see instead
		return f.among("(?) AS c", "c.id", n, []any{f.texts().Limit(fewTextsPostgres)}, all...)
	}
	return f.among("isms_record_index CROSS JOIN isms_record_terms AS c ON c.place = isms_record_index.rowid", "c.record", n, nil, all...).
		Where("isms_record_index MATCH ?", f.match)
}

// commonWords: SQLite's index of words gives the places of texts, in their order, from any place on;
// whether one text holds a word it tells only by reading the word's list up to it. So where many
// hold it, the newest records that are found otherwise (c) come first, and the list is read as
// far as their texts lie (h). Where these don't fill the page, and there are older ones, each text
// on it is looked at.
func (f *finder) commonWords(n int, led, many given) []*bun.SelectQuery {
	look := max(wordyLeast, wordy*n)
	others := []*bun.SelectQuery{f.newest(f.walks(look, many), look)}
	short := fmt.Sprintf("(%s AND %s)", counted("c", ">=", look), counted("h", "<", n))
	if led != nil {
		others = append(others, f.among("l AS c", "c.id", 1<<30, nil, led))
		short = fmt.Sprintf("(%s AND %s)", many[0], short)
	}
	f.with("c", f.newest(others, 1<<30))
	f.with("x", f.from("c CROSS JOIN isms_record_terms AS t ON t.record = c.id").ColumnExpr("c.id, c.filed, t.place").Limit(1<<30))
	f.with("h", f.e.Builder.NewSelect().TableExpr("x").ColumnExpr("x.id, x.filed").
		Where(`x.place IN (SELECT rowid FROM isms_record_index WHERE isms_record_index MATCH ?
	AND rowid BETWEEN (SELECT coalesce(min(place), 0) FROM x) AND (SELECT coalesce(max(place), -1) FROM x))`, f.match).
		OrderExpr("x.filed DESC, x.id DESC").Limit(int64(n)))
	return []*bun.SelectQuery{
		f.upTo(n, f.e.Builder.NewSelect().TableExpr("h").ColumnExpr("h.id AS id, h.filed AS filed"), "h.filed", "h.id", given{"NOT " + short}),
		f.worded(n, given{short}),
	}
}
