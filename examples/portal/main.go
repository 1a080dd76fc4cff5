// Command portal is an existing portal with its own users table in its own
// PostgreSQL. It adds a form type in Go and opens a case in one transaction with
// its own row: both are there, or neither.
//
//	DATABASE_URL=postgres://… go run ./examples/portal
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	_ "github.com/jackc/pgx/v5/stdlib" // the portal's own driver

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/postgres"
)

func main() {
	if err := run(context.Background(), os.Getenv("DATABASE_URL"), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dsn string, out io.Writer) (err error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := open(ctx, db)
	if err != nil {
		return err
	}
	if err := p.createTables(ctx); err != nil {
		return err
	}
	laptop, err := p.lendLaptop(ctx, "clerk", "NB-0042", "出差簡報使用")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "loan", laptop.loan, "is case", laptop.number)
	return err
}

// portal is what the host had before: a database and users.
type portal struct {
	db    *sql.DB
	store *postgres.Store
	kit   *ismskit.Kit
}

// open adds ismskit to the portal: its tables lie in a schema of their own.
func open(ctx context.Context, db *sql.DB) (*portal, error) {
	store, err := postgres.Open(ctx, db, postgres.Options{Schema: "isms"})
	if err != nil {
		return nil, err
	}
	kit, err := ismskit.New(ismskit.Config{Store: store, Directory: users{db}, Types: []ismskit.Type{laptopLoan}})
	if err != nil {
		return nil, err
	}
	return &portal{db: db, store: store, kit: kit}, kit.Start(ctx)
}

// loan is the portal's own row and the case that was opened with it.
type loan struct {
	loan   int64
	number string
}

// lendLaptop lends a laptop, again where the database wants the transaction repeated.
func (p *portal) lendLaptop(ctx context.Context, user, laptop, reason string) (made loan, err error) {
	err = repeated(ctx, func() error {
		made, err = p.lendOnce(ctx, user, laptop, reason)
		return err
	})
	return made, err
}

// repeated does something anew for as long as its transaction loses to others
// (ismskit.ErrRetry), a few times at most. Nothing of a lost one was kept.
func repeated(ctx context.Context, do func() error) error {
	const times = 5
	err := do()
	for again := 1; again < times && errors.Is(err, ismskit.ErrRetry) && ctx.Err() == nil; again++ {
		err = do()
	}
	return err
}

// lendOnce writes the portal's row and opens the case in one transaction.
func (p *portal) lendOnce(ctx context.Context, user, laptop, reason string) (made loan, err error) {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return loan{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	joined, err := p.store.Join(ctx, tx)
	if err != nil {
		return loan{}, err
	}
	kit, done := p.kit.With(joined)
	sent, err := kit.Open(ctx, ismskit.Actor{Person: user, Channel: "portal"}, ismskit.Opening{
		Type: laptopLoan.Key, Submit: true, Values: forms.Values{"laptop": laptop, "reason": reason},
	})
	if err != nil {
		return loan{}, err
	}
	made.number = sent.Number
	err = tx.QueryRowContext(ctx, "INSERT INTO loans (laptop, borrower, isms_case) VALUES ($1, $2, $3) RETURNING id",
		laptop, user, sent.Case).Scan(&made.loan)
	if err != nil {
		return loan{}, err
	}
	if err := tx.Commit(); err != nil {
		return loan{}, err
	}
	done()
	return made, nil
}

// createTables stands for what the portal had long before.
func (p *portal) createTables(ctx context.Context) error {
	for _, statement := range []string{
		`CREATE TABLE IF NOT EXISTS users (id text PRIMARY KEY, name text NOT NULL, title text NOT NULL, boss text REFERENCES users)`,
		`CREATE TABLE IF NOT EXISTS loans (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, laptop text NOT NULL UNIQUE,
			borrower text NOT NULL REFERENCES users, isms_case text NOT NULL)`,
		`INSERT INTO users VALUES ('head', '邱柏叡', '科長', NULL), ('clerk', '鍾明哲', '科員', 'head') ON CONFLICT DO NOTHING`,
	} {
		if _, err := p.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
