package storage

import (
	"fmt"

	"github.com/uptrace/bun"
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
		return f.from("isms_record_terms AS t").ColumnExpr("t.record").Where("t.terms @@ ?::tsquery", f.match).Limit(fewTextsPostgres + 1)
	}
	return f.from("isms_record_index").ColumnExpr("rowid").Where("isms_record_index MATCH ?", f.match).Limit(fewTexts + 1)
}

// worded looks at each record whose text holds the words.
func (f *finder) worded(n int, all ...given) *bun.SelectQuery {
	if f.e.Postgres { // the limit keeps it from reading all that the reader may see instead
		few := f.from("isms_record_terms AS t").ColumnExpr("t.record AS id").Where("t.terms @@ ?::tsquery", f.match).Limit(fewTextsPostgres)
		return f.among("(?) AS c", "c.id", n, []any{few}, all...)
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
