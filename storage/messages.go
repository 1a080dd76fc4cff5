package storage

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

var messagePut = both(`INSERT INTO isms_messages (id, person, case_id, kind, mail, created, open, body)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (id) DO UPDATE SET person = excluded.person, case_id = excluded.case_id, kind = excluded.kind,
	mail = excluded.mail, created = excluded.created, open = excluded.open, body = excluded.body`)

func (q queue) PutMessage(ctx context.Context, m ismskit.Message) error {
	for _, t := range []*time.Time{&m.Created, &m.Due, &m.Sent, &m.Read, &m.Gone, &m.First} {
		*t = clean.Moment(*t)
	}
	body, err := clean.Body(m)
	if err != nil {
		return err
	}
	open := m.Read.IsZero() && m.Gone.IsZero()
	return q.write(ctx, messagePut, m.ID, m.Person, m.Case, m.Kind, m.Mail, micros(m.Created), open, body)
}

func (q queue) Messages(ctx context.Context, w ismskit.MessageQuery) ([]ismskit.Message, error) {
	column := "m.body"
	if w.Bare {
		column = "m.id"
	}
	s := q.from("isms_messages AS m").ColumnExpr(column)
	s = among(s, "m.id", w.IDs)
	s = equal(s, "m.person", w.Person)
	s = equal(s, "m.case_id", w.Case)
	s = among(s, "m.kind", w.Kinds)
	if w.Unread {
		s = s.Where("m.open")
	}
	if w.Unmailed {
		s = s.Where("m.mail = ''")
	}
	s = newestFirst(s, "m.created", "m.id", w.After, w.AfterID, limit(w.Limit, 200))
	rows, err := q.built(ctx, s)
	if w.Bare {
		return all(rows, err, func(rows Rows) (m ismskit.Message, err error) { return m, rows.Scan(&m.ID) })
	}
	return all(rows, err, scanBody[ismskit.Message])
}

// scanBody reads a row that is its JSON body.
func scanBody[T any](rows Rows) (T, error) {
	var v T
	var body []byte
	if err := rows.Scan(&body); err != nil {
		return v, err
	}
	return v, json.Unmarshal(body, &v)
}
