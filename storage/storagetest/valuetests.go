package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// times come back in UTC, cut to the microsecond, whatever zone they came in;
// the zero time stays zero.
func times(t *testing.T, s ismskit.Store) {
	taipei := time.FixedZone("CST", 8*60*60)
	c := aCase("case1")
	c.Created = time.Date(2026, 3, 2, 9, 30, 0, 123456789, taipei)
	c.Submitted = time.Date(1911, 10, 10, 0, 0, 0, 0, taipei)
	c.Changed = time.Unix(0, 0)
	c.Closed = time.Date(2999, 12, 31, 23, 59, 59, 999999999, time.UTC)
	c.Due = time.Time{}
	insertCases(t, s, c)
	got := getCase(t, s, "case1")
	for name, p := range map[string][2]time.Time{
		"created":   {got.Created, time.Date(2026, 3, 2, 1, 30, 0, 123456000, time.UTC)},
		"submitted": {got.Submitted, time.Date(1911, 10, 9, 16, 0, 0, 0, time.UTC)},
		"changed":   {got.Changed, time.Unix(0, 0).UTC()},
		"closed":    {got.Closed, time.Date(2999, 12, 31, 23, 59, 59, 999999000, time.UTC)},
	} {
		if p[0] != p[1] {
			t.Errorf("%s: %v, want %v", name, p[0], p[1])
		}
	}
	if !got.Due.IsZero() {
		t.Errorf("no due date came back as %v", got.Due)
	}
	// A row of a list with its times, and a cursor made of what was read.
	p := aPerson("P05", "湯舒涵", 1)
	p.From = c.Created
	putRows(t, s, p)
	row := get(t, s, func(ctx context.Context, tx ismskit.Tx) (time.Time, error) {
		r, _, err := tx.Registers().Row(ctx, "people", "P05")
		return r.From, err
	})
	if row != time.Date(2026, 3, 2, 1, 30, 0, 123456000, time.UTC) {
		t.Errorf("row in force from %v", row)
	}
}

// badText: what one of the databases could not keep, no store does.
func badText(t *testing.T, s ismskit.Store) {
	ground(t, s)
	for name, bad := range map[string]string{"NUL": "a\x00b", "no UTF-8": "a\xff", "half a character": "帳\xe5\xb8"} {
		for kind, write := range map[string]func(ctx context.Context, tx ismskit.Tx) error{
			"case": func(ctx context.Context, tx ismskit.Tx) error {
				c := aCase("case1")
				c.Subject = bad
				return tx.Cases().Insert(ctx, c, nil)
			},
			"holder": func(ctx context.Context, tx ismskit.Tx) error {
				return tx.Cases().Insert(ctx, aCase("case1"), []ismskit.TaskRow{aTask("t", "p:"+bad)})
			},
			"message": func(ctx context.Context, tx ismskit.Tx) error {
				m := aMessage("m1", "P05", monday)
				m.Body = bad
				return tx.Queue().PutMessage(ctx, m)
			},
			"row": func(ctx context.Context, tx ismskit.Tx) error {
				r := aPerson("P05", "x", 1)
				r.Text = bad
				return tx.Registers().Put(ctx, r)
			},
			"record": func(ctx context.Context, tx ismskit.Tx) error {
				r := aRecord("r1", monday)
				r.Subject = bad
				return tx.Records().Put(ctx, r)
			},
			"words": func(ctx context.Context, tx ismskit.Tx) error { return tx.Records().PutText(ctx, "r1", bad) },
		} {
			if err := s.Update(t.Context(), write); err == nil {
				t.Errorf("%s in a %s was taken", name, kind)
			}
		}
	}
	same(t, "left behind", get(t, s, written), map[string]int{})
	// Asked for, such a text is simply nowhere.
	found := func(n int, err error) error {
		if err == nil && n > 0 {
			err = fmt.Errorf("%d found", n)
		}
		if errors.Is(err, ismskit.ErrNotFound) {
			err = nil
		}
		return err
	}
	for _, bad := range []string{"a\x00b", "a\xff", "帳\xe5\xb8"} {
		for kind, read := range map[string]func(ctx context.Context, tx ismskit.Tx) error{
			"case": func(ctx context.Context, tx ismskit.Tx) error {
				_, err := tx.Cases().Get(ctx, bad)
				return found(0, err)
			},
			"cases": func(ctx context.Context, tx ismskit.Tx) error {
				rows, err := tx.Cases().List(ctx, ismskit.CaseQuery{Number: bad})
				return found(len(rows), err)
			},
			"tasks": func(ctx context.Context, tx ismskit.Tx) error {
				rows, err := tx.Cases().Tasks(ctx, ismskit.TaskQuery{Holders: []string{bad}, Case: bad})
				return found(len(rows), err)
			},
			"entries": func(ctx context.Context, tx ismskit.Tx) error {
				rows, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: bad, Limit: 10})
				return found(len(rows), err)
			},
			"row": func(ctx context.Context, tx ismskit.Tx) error {
				_, known, err := tx.Registers().Row(ctx, "people", bad)
				if known {
					return fmt.Errorf("a row of %q", bad)
				}
				return found(0, err)
			},
			"document": func(ctx context.Context, tx ismskit.Tx) error {
				_, known, err := tx.Documents().Document(ctx, bad)
				if known {
					return fmt.Errorf("a document %q", bad)
				}
				return found(0, err)
			},
			"documents": func(ctx context.Context, tx ismskit.Tx) error {
				docs, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{bad}})
				return found(len(docs), err)
			},
			"records": func(ctx context.Context, tx ismskit.Tx) error {
				rows, err := tx.Records().Query(ctx, record.Query{All: true, Forms: []string{bad}, Systems: []string{bad}, Numbers: []string{bad}})
				return found(len(rows), err)
			},
			"counts": func(ctx context.Context, tx ismskit.Tx) error {
				rows, err := tx.Records().Count(ctx, record.Query{All: true, Forms: []string{bad}}, record.ByYear)
				return found(len(rows), err)
			},
			"outcome": func(ctx context.Context, tx ismskit.Tx) error {
				_, known, err := tx.Outcomes().Get(ctx, "P05", bad)
				if known {
					return fmt.Errorf("an outcome of %q", bad)
				}
				return found(0, err)
			},
		} {
			if err := s.View(t.Context(), read); err != nil {
				t.Errorf("%s of %q: %v", kind, bad, err)
			}
		}
	}
}

// bigValues: a form of ten megabytes, an entry of one.
func bigValues(t *testing.T, s ismskit.Store) {
	c, e := aCase("case1"), anEntry("case1", 1)
	c.Values = bytes.Repeat([]byte("帳號"), crowd(10<<20)/6)
	c.State = []byte{}
	e.Payload = bytes.Repeat([]byte{0, 1, 0xfe, '\'', '\\', '?'}, 1<<17)
	words := strings.Repeat("權限帳號 ", 20_000)
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Cases().Insert(ctx, c, nil); err != nil {
			return err
		}
		if err := tx.Records().PutText(ctx, "r1", words); err != nil {
			return err
		}
		return tx.Trail().Append(ctx, e)
	})
	if got := getCase(t, s, "case1"); !bytes.Equal(got.Values, c.Values) {
		t.Errorf("%d bytes came back of %d", len(got.Values), len(c.Values))
	}
	got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.TrailEntry, error) {
		return tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "case1", Limit: 1})
	})
	if len(got) != 1 || !bytes.Equal(got[0].Payload, e.Payload) {
		t.Error("the entry's bytes changed")
	}
}

// oddValues come back as they are: quotes, placeholders, rare characters, the
// ends of the number range.
func oddValues(t *testing.T, s ismskit.Store) {
	for i, odd := range []string{`'; DROP TABLE isms_cases; --`, `\'`, `a\b`, `?`, `?0`, `$1`, `{"a":1}`, "\u2028\r\n\t", "𠮷野家", "é", "<b>&amp;", `"\u0000"`, "\ufffd", " ", ""} {
		id := names("c", i+1)[i]
		c := aCase(id)
		c.Subject, c.ApplicantName, c.Values = odd, odd+odd, []byte(odd)
		m := aMessage(id, odd, monday)
		m.Body = odd
		task := aTask("t", "p:"+odd)
		task.Case = id
		update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
			if err := tx.Cases().Insert(ctx, c, []ismskit.TaskRow{task}); err != nil {
				return err
			}
			return tx.Queue().PutMessage(ctx, m)
		})
		same(t, "case of "+odd, getCase(t, s, id), c)
		same(t, "task of "+odd, tasks(t, s, ismskit.TaskQuery{Holders: []string{"p:" + odd}}), []ismskit.TaskRow{task})
		got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.Message, error) {
			return tx.Queue().Messages(ctx, ismskit.MessageQuery{IDs: []string{id}, Person: odd})
		})
		same(t, "message of "+odd, got, []ismskit.Message{m})
	}
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Cases().SetCounter(ctx, "max", math.MaxInt64)
	})
	n := get(t, s, func(ctx context.Context, tx ismskit.Tx) (int64, error) { return tx.Cases().Counter(ctx, "max") })
	if n != math.MaxInt64 {
		t.Errorf("largest number came back as %d", n)
	}
}
