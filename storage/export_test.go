package storage

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/ismskit/record"
)

var errCaught = errors.New("query caught")

// catcher is a session that keeps the text of the first query.
type catcher struct {
	Session
	e    Engine
	text string
}

func (c *catcher) Engine() Engine { return c.e }

func (c *catcher) ReadBuilt(_ context.Context, query string) (Rows, error) {
	c.text = query
	return nil, errCaught
}

// ListEntriesText is the SQL by which changes of lists are read, with a question mark for each
// parameter.
func ListEntriesText(e Engine) string { return trailLists.Text(e) }

// RecordQueryText returns the SQL of a page of records.
func RecordQueryText(ctx context.Context, e Engine, q record.Query) (string, error) {
	c := &catcher{e: e}
	if _, err := Tx(c).Records().Query(ctx, q); !errors.Is(err, errCaught) {
		return "", err
	}
	return c.text, nil
}

// RecordCountText returns the SQL of a count by a facet.
func RecordCountText(ctx context.Context, e Engine, q record.Query, by record.Facet) (string, error) {
	c := &catcher{e: e}
	if _, err := Tx(c).Records().Count(ctx, q, by); !errors.Is(err, errCaught) {
		return "", err
	}
	return c.text, nil
}
