package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ismskit/ismskit/ismskit/directory"
)

// users answers from the portal's own table; ismskit keeps no copy of it.
type users struct{ db *sql.DB }

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
