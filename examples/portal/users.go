package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/storage/postgres"
)

// users answers from the portal's own table; ismskit keeps no copy of it.
type users struct{ db reader }

// reader is the portal's database, or a transaction of it.
type reader interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// In implements ismskit.Bound: inside the portal's own transaction its users are as
// that transaction has written them.
func (u users) In(store ismskit.Store) ismskit.Directory {
	if tx, ok := postgres.Joined(store); ok {
		return users{tx}
	}
	return u
}

// Resolve knows two kinds of question: a person, and the head above one.
func (u users) Resolve(ctx context.Context, questions []directory.Question) ([]directory.Answer, error) {
	const (
		himself = `SELECT id, name, title FROM users WHERE id = $1`
		above   = `SELECT b.id, b.name, b.title FROM users u JOIN users b ON b.id = u.boss WHERE u.id = $1`
	)
	answers := make([]directory.Answer, len(questions))
	for i, q := range questions {
		answers[i].Question = q.ID
		query := himself
		if q.Kind == directory.KindManager || q.Kind == directory.KindUnitHead {
			query = above
		}
		var h directory.Holder
		err := u.db.QueryRowContext(ctx, query, q.Person).Scan(&h.Person, &h.Name, &h.PostTitle)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		answers[i].Holders = []directory.Holder{h}
	}
	return answers, nil
}
