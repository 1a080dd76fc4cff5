package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// What a case held lies in other places than the case, its trail and its place in the archive:
// where people were told of it, where its files were uploaded and read. It goes from there in the
// transaction that disposes of it.

// contentGone takes away what messages and mails said of a case, the names of its files and their
// words. The files are swept once nothing refers to them.
type contentGone struct{ c caseInHand }

func (e contentGone) describe() string { return "dispose of " + e.c.row.ID }

func (e contentGone) apply(ctx context.Context, w *work, tx Tx) error {
	if err := e.told(ctx, w, tx); err != nil {
		return err
	}
	return e.files(ctx, tx)
}

// mailedWithin is how long after its last change a mail may still tell of a case.
const mailedWithin = 31 * 24 * time.Hour

// told empties the messages about the case: that somebody was told, and when, stays.
func (e contentGone) told(ctx context.Context, w *work, tx Tx) error {
	var about []Message
	for q := (MessageQuery{Case: e.c.row.ID, Limit: 500}); ; {
		found, err := tx.Queue().Messages(ctx, q)
		if err != nil {
			return err
		}
		if about = append(about, found...); len(found) < q.Limit {
			break
		}
		q.After, q.AfterID = found[len(found)-1].Created, found[len(found)-1].ID
	}
	instead := e.c.row.Number
	if instead == "" {
		instead = e.c.kind.Title.In(w.k.cfg.Lang)
	}
	said, people := []string{e.c.row.Number}, concerned(e.c)
	var mails []string
	for _, m := range about {
		said, people, mails = append(said, m.Subject), append(people, m.Person), append(mails, m.Mail)
		m.Subject, m.Body = instead, ""
		if err := tx.Queue().PutMessage(ctx, m); err != nil {
			return err
		}
	}
	said = distinct(said)
	empties := func(mail Message) error {
		body := withoutLines(mail.Body, e.c.row.Subject, said, instead)
		if body == mail.Body {
			return nil
		}
		mail.Body = body
		return tx.Queue().PutMessage(ctx, mail)
	}
	for ids := range slices.Chunk(distinct(mails), 100) {
		found, err := tx.Queue().Messages(ctx, MessageQuery{IDs: ids, Kinds: []string{MessageMail}, Limit: len(ids)})
		if err != nil {
			return err
		}
		for _, mail := range found {
			if err := empties(mail); err != nil {
				return err
			}
		}
	}
	// A morning's mail tells of a task without any message of it.
	for _, person := range distinct(people) {
		q := MessageQuery{Person: person, Kinds: []string{MessageMail}, After: e.c.row.Changed.Add(mailedWithin), Limit: 500}
		for more := true; more; {
			found, err := tx.Queue().Messages(ctx, q)
			if err != nil {
				return err
			}
			more = len(found) == q.Limit
			for _, mail := range found {
				if mail.Created.Before(e.c.row.Created) {
					more = false
					break
				}
				if err := empties(mail); err != nil {
					return err
				}
				q.After, q.AfterID = mail.Created, mail.ID
			}
		}
	}
	return nil
}

// withoutLines puts one text in the place of each line of a mail that has one of some words, or a
// subject without any number: another case may be called the same.
func withoutLines(body, subject string, said []string, instead string) string {
	lines := strings.Split(body, "\n")
	for i, line := range lines {
		bare := subject != "" && strings.Contains(line, subject) && !strings.ContainsFunc(strings.Replace(line, subject, "", 1), digit)
		if bare || slices.ContainsFunc(said, func(words string) bool { return mentions(line, words) }) {
			lines[i] = instead
		}
	}
	return strings.Join(lines, "\n")
}

// mentions says whether a line has words, not within a longer number.
func mentions(line, words string) bool {
	for at := 0; words != ""; {
		i := strings.Index(line[at:], words)
		if i < 0 {
			return false
		}
		after, _ := utf8.DecodeRuneInString(line[at+i+len(words):])
		last, _ := utf8.DecodeLastRuneInString(words)
		if !(digit(last) && digit(after)) {
			return true
		}
		at += i + len(words)
	}
	return false
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// files forgets what the files were called where they were uploaded, and what they say where no
// other record has them.
func (e contentGone) files(ctx context.Context, tx Tx) error {
	var digests []string
	people := concerned(e.c)
	for _, f := range e.c.extra.Files {
		digests, people = append(digests, f.Digest), append(people, f.By)
	}
	if len(digests) == 0 {
		return nil
	}
	var ids []string
	for _, d := range digests {
		for _, person := range append(distinct(people), SystemPerson, "") {
			ids = append(ids, uploadID(person, d))
		}
	}
	for part := range slices.Chunk(ids, 500) {
		uploads, err := tx.Registers().Rows(ctx, register.Query{List: listUploads, IDs: part})
		if err != nil {
			return err
		}
		for _, up := range uploads {
			if up.ChangedAt.After(e.c.row.Changed) {
				continue // sent anew since, for something else
			}
			if err := tx.Registers().Put(ctx, register.Row{List: listUploads, ID: up.ID, Gone: true}); err != nil {
				return err
			}
		}
	}
	others, err := tx.Records().Query(ctx, record.Query{All: true, Files: digests, Limit: 500})
	if err != nil {
		return err
	}
	for _, d := range digests {
		shared := slices.ContainsFunc(others, func(r record.Record) bool { return r.ID != recordID(e.c.row.ID) && slices.Contains(r.Files, d) })
		if shared {
			continue // it is kept with another record too
		}
		for _, list := range []string{listFileWords, listFileStates} {
			if err := tx.Registers().Put(ctx, register.Row{List: list, ID: d, Gone: true}); err != nil {
				return err
			}
		}
	}
	return nil
}
